import { describe, expect, it } from "vitest";
import { eventStanding } from "../../cli/console/pages/event-standing.ts";
import type { ConsumerProgress, Standing } from "../../cli/order/read-timeline.ts";

const AT_MS = Date.parse("2026-01-01T00:00:00.000Z");
const event = (sequence: number) => ({
  ...{ sequence, id: `e-${sequence}`, type: "order.paid", time: new Date(AT_MS).toISOString() },
});
const progress = (
  applied: number,
  standing: Standing,
  change: Partial<ConsumerProgress> = {},
): ConsumerProgress => ({
  ...{ consumer: "fraud", applied, standing, followers: 0, discarded: [] },
  judged: standing.kind === "done" ? "whole" : "behind",
  ...change,
});
const tried = { seq: 2, messageId: "m", sentAtMs: AT_MS, attempts: 3 };
const texts = (of: ConsumerProgress): readonly string[] =>
  [1, 2, 3].map((sequence) => eventStanding(event(sequence), of).text);

describe("where an event stands", () => {
  it("applied, and how long it took where that is kept", () => {
    const done = progress(3, { kind: "done" }, { appliedAtMs: AT_MS + 1_500 });
    expect(texts(done)).toEqual(["applied", "applied", "applied after 1.5 s"]);
  });

  it("behind a dead one its followers wait", () => {
    const dead: Standing = { kind: "dead", ...tried, cause: "invalid", deadAtMs: AT_MS };
    expect(texts(progress(1, dead))).toEqual(["applied", "dead: invalid", "waits behind it"]);
  });

  it("tried, being tried, or not come", () => {
    expect(texts(progress(1, { kind: "retrying", ...tried }))[1]).toBe("failed 3 times");
    expect(texts(progress(1, { kind: "running", ...tried }))[1]).toBe("being tried");
    expect(texts(progress(1, { kind: "behind", seq: 2 }))[1]).toBe("not come yet");
  });

  it("not handled is neither applied nor on its way", () => {
    expect(texts(progress(1, { kind: "done" }, { ignored: [1, 3] }))).toEqual([
      ...["not handled", "applied", "not handled"],
    ]);
    expect(texts(progress(1, { kind: "behind", seq: 2 }, { ignored: [3] }))[2]).toBe("not handled");
  });

  it("discarded, and by whom, is not applied", () => {
    const given = { seq: 2, cause: "invalid", who: "ada", why: "sold out", atMs: AT_MS } as const;
    const done = progress(3, { kind: "done" }, { discarded: [given] });
    expect(texts(done)[1]).toBe("discarded by ada");
  });
});
