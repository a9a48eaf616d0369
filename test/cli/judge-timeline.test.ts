import { describe, expect, it } from "vitest";
import { isStuck, nextSteps } from "../../cli/order/judge-timeline.ts";
import type { ConsumerProgress, OrderTimeline, Standing } from "../../cli/order/read-timeline.ts";

const TAKEN = "2026-01-01T12:00:00.000Z";
const NOTHING = { waiting: 0, inFlight: 0, undelivered: 0, mapping: "enabled" } as const;

const tried = { seq: 1, messageId: "m", sentAtMs: 0, attempts: 1 };
const progress = (standing: Standing, parts: Partial<ConsumerProgress> = {}): ConsumerProgress => ({
  ...{ consumer: "loyalty", applied: 0, standing, followers: 0, discarded: [] },
  judged: standing.kind === "done" ? "whole" : "retrying",
  ...parts,
});
const behind = (surroundings: ConsumerProgress["surroundings"], consumer = "loyalty") =>
  progress(
    { kind: "behind", seq: 1 },
    { judged: "behind", ...(surroundings && { surroundings }), consumer },
  );

const timeline = (
  consumers: readonly ConsumerProgress[],
  parked: OrderTimeline["parked"] = [],
): OrderTimeline => ({
  ...{ orderId: "a", status: "created", version: 1, consumers, parked },
  events: [{ sequence: 1, id: "e", type: "order.created", time: TAKEN }],
});
const done = progress({ kind: "done" }, { consumer: "fraud", applied: 1 });

describe("whether an order needs somebody", () => {
  it.each([
    ["is done everywhere", timeline([done]), false],
    ["is being tried", timeline([progress({ kind: "running", ...tried })]), false],
    ["has failed", timeline([progress({ kind: "retrying", ...tried })]), true],
    [
      "is dead",
      timeline([progress({ kind: "dead", ...tried, cause: "invalid", deadAtMs: 1 })]),
      true,
    ],
    ["waits in a queue", timeline([behind({ ...NOTHING, waiting: 1 })]), false],
    [
      "cannot be sent",
      timeline([done], [{ sequence: 1, error: { name: "E", message: "" } }]),
      true,
    ],
    ["is nowhere", timeline([behind(NOTHING)]), true],
  ])("an order whose event %s", (_, one, stuck) => expect(isStuck(one)).toBe(stuck));

  it("gives an event that is nowhere some minutes to come", () => {
    const young = timeline([{ ...behind(NOTHING), judged: "young" }]);
    expect(isStuck(young)).toBe(false);
    expect(nextSteps(young)).toEqual([]);
  });

  it("finds an event that its function died with, and that nobody tries again", () => {
    const running = progress(
      { kind: "running", ...tried },
      { judged: "behind", surroundings: NOTHING },
    );
    expect(isStuck(timeline([done, running]))).toBe(true);
    expect(nextSteps(timeline([done, running]))).toEqual([
      "bus replay --order a --to-consumer loyalty",
    ]);
  });
});

describe("what to type next", () => {
  const next = (...consumers: readonly ConsumerProgress[]) => nextSteps(timeline(consumers));

  it("is nothing where all is done, or merely waits", () => {
    expect(next(done, behind({ ...NOTHING, inFlight: 1 }))).toEqual([]);
  });

  it("is to look at a dead event, by the consumer's name without its generation", () => {
    const dead = { kind: "dead", ...tried, cause: "invalid", deadAtMs: 1 } as const;
    expect(next(done, progress(dead, { consumer: "loyalty@2" }))).toEqual([
      "bus dlq show loyalty a",
    ]);
  });

  it("is to let a paused consumer go on, and to see what SNS could not deliver", () => {
    const surroundings = { ...NOTHING, mapping: "paused", undelivered: 1 } as const;
    expect(next(done, behind(surroundings))).toEqual([
      ...["bus resume loyalty", "bus dlq subscription list loyalty"],
    ]);
  });

  it("is a replay where one consumer lacks it, and a republish where all do", () => {
    expect(next(done, behind(NOTHING))).toEqual(["bus replay --order a --to-consumer loyalty"]);
    expect(next(behind(NOTHING, "fraud"), behind(NOTHING))).toEqual([
      ...["bus status", "bus republish a --from-sequence 1"],
    ]);
  });

  it("is a republish also where some consumer does not handle it", () => {
    const ignoring = progress({ kind: "done" }, { consumer: "fraud", applied: 0, ignored: [1] });
    expect(next(ignoring, behind(NOTHING))).toEqual([
      ...["bus status", "bus republish a --from-sequence 1"],
    ]);
  });

  it("is a republish of what the relay could not send, and of nothing else", () => {
    const parked = [{ sequence: 1, error: { name: "E", message: "" } }];
    expect(nextSteps(timeline([behind(NOTHING)], parked))).toEqual([
      ...["bus dlq relay list", "bus republish a --from-sequence 1"],
    ]);
  });
});
