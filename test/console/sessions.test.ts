import { describe, expect, it } from "vitest";
import { createSessions, SESSION_HOURS } from "../../cli/console/sessions.ts";

describe("a session", () => {
  it("ends after its hours, and no other one with it", () => {
    const sessions = createSessions();
    const first = sessions.exchange(sessions.issue(), 0) ?? "";
    const second = sessions.exchange(sessions.issue(), 1) ?? "";
    const endMs = SESSION_HOURS * 3_600_000;
    expect(sessions.find(first, endMs - 1)).toBeDefined();
    expect(sessions.find(first, endMs)).toBeUndefined();
    expect(sessions.find(second, endMs)).toBeDefined();
  });

  it("has a token for its changes that no other session has", () => {
    const sessions = createSessions();
    const tokens = [1, 2].map(() => {
      const cookie = sessions.exchange(sessions.issue(), 0);
      return sessions.find(cookie, 0)?.csrfToken;
    });
    expect(new Set(tokens).size).toBe(2);
    expect(tokens).not.toContain(undefined);
  });
});
