import { describe, expect, it } from "vitest";
import { isDone, type Outcome, returnAfterSeconds } from "../../lambdas/core/outcome.ts";
import { usualRules } from "./make-context.ts";
import { makeMessage } from "./make-message.ts";

const error = { name: "Error", message: "" };
const outcomes = {
  applied: { kind: "applied", latencyMs: 1 },
  duplicate: { kind: "duplicate" },
  retried: { kind: "retried", error, withoutToken: false, failingMs: 0 },
  later: { kind: "postponed", until: "later", reason: "" },
  soon: { kind: "postponed", until: "soon", reason: "" },
  "out of sequence": { kind: "parked", reason: "out of sequence" },
  "older copy": { kind: "parked", reason: "older copy" },
  dead: { kind: "dead", cause: "invalid", decided: "now" },
} as const satisfies Record<string, Outcome>;

const seconds = (outcome: Outcome, bounceSeconds = 1) =>
  returnAfterSeconds(
    outcome,
    makeMessage({ receiveCount: 6 }),
    { ...usualRules, bounceSeconds },
    () => 0,
  );

describe("an outcome", () => {
  it("is done when the event has taken effect, now or before, and never else", () => {
    const done = Object.entries(outcomes).filter(([, outcome]) => isDone(outcome));
    expect(done.map(([name]) => name)).toEqual(["applied", "duplicate"]);
  });

  it("that is a failure or a busy table brings the message back after the backoff", () => {
    expect(seconds(outcomes.retried)).toBe(16);
    expect(seconds(outcomes.later)).toBe(16);
  });

  it("that is no time left, or a suspect running alone, brings it back at once", () => {
    expect(seconds(outcomes.soon)).toBe(0);
  });

  it("that is done leaves nothing to wait for", () => {
    expect([seconds(outcomes.applied), seconds(outcomes.duplicate)]).toEqual([0, 0]);
  });

  it("that is a bounce brings it back after the stage's bounce", () => {
    for (const name of ["out of sequence", "older copy", "dead"] as const) {
      expect(seconds(outcomes[name])).toBe(1);
      expect(seconds(outcomes[name], 7)).toBe(7);
    }
  });
});
