/** Crashes, late invocations and lost replies: whatever happens in mid-attempt, once is once. */
import { describe, expect, it } from "vitest";
import type { Life } from "../../lambdas/core/ledger-row.ts";
import type { LedgerResult } from "../../lambdas/core/ports.ts";
import {
  emptyBudget,
  fail,
  kinds,
  MINUTE_MS,
  makeWorld,
  outcomes,
  putRow,
  START_MS,
  type World,
} from "./make-context.ts";
import { makeMessage, SENT_AT_MS } from "./make-message.ts";

/** A start that was recorded and whose outcome nobody knows. */
const openLife = (orderId: string, attempts: number): Life => ({
  seq: 1,
  messageId: `${orderId}-message-1`,
  sentAtMs: SENT_AT_MS,
  attempts,
  open: true,
  firstMs: START_MS,
  lastMs: START_MS,
});

const LOST: LedgerResult = {
  kind: "failed",
  retryable: true,
  error: { name: "TimeoutError", message: "no reply" },
};

describe("a start", () => {
  const startsOf = async (receiveCount: number) => {
    const world = makeWorld();
    const open: boolean[] = [];
    world.behave = () => open.push(world.row()?.life?.open === true);
    await world.deliver(makeMessage({ receiveCount }));
    return open;
  };

  it("is not recorded at the first receive, since most events need no second", async () => {
    expect(await startsOf(1)).toEqual([false]);
  });

  it("is recorded before the handler runs from the second receive on", async () => {
    expect(await startsOf(2)).toEqual([true]);
  });

  it("that cannot be recorded keeps the handler from running", async () => {
    const world = makeWorld();
    world.onCommit = async () => LOST;
    const report = await world.deliver(makeMessage({ receiveCount: 2 }));
    expect(kinds(report)).toEqual({ "o1-message-1": "postponed" });
    expect(world.handled).toEqual([]);
  });

  it("T14 without an outcome leaves neither effect nor watermark, and the next try both", async () => {
    const world = makeWorld();
    putRow(world, { life: openLife("o1", 1) });
    expect(world.effects()).toEqual({});
    await world.deliver(makeMessage({ receiveCount: 3 }));
    expect(world.effects()).toEqual({ "o1-event-1": 1 });
    expect(world.row()).toMatchObject({ seq: 1 });
  });
});

describe("a suspect", () => {
  it("runs alone: what is done is deleted first, the rest comes back at once", async () => {
    const world = makeWorld();
    putRow(world, { life: openLife("o1", 2) });
    putRow(world, { orderId: "done", seq: 1 });
    world.behave = () => {
      expect(world.removed).toEqual(["done-message-1"]);
      expect(world.hidden).toEqual([[["fresh-message-2", 0]], [["fresh-message-1", 0]]]);
    };
    const report = await world.deliver(
      makeMessage({ orderId: "fresh" }),
      makeMessage({ orderId: "fresh", sequence: 2 }),
      makeMessage({ orderId: "done" }),
      makeMessage({ receiveCount: 3 }),
    );
    expect(world.handled).toEqual(["o1-event-1"]);
    expect(kinds(report)).toEqual({
      "o1-message-1": "applied",
      "done-message-1": "duplicate",
      "fresh-message-1": "postponed",
      "fresh-message-2": "postponed",
    });
    expect(outcomes(report)["fresh-message-1"]).toEqual({
      kind: "postponed",
      until: "soon",
      reason: "a suspect runs alone",
    });
    expect(report.failedIds.toSorted()).toEqual(["fresh-message-1", "fresh-message-2"]);
  });

  it("tried least goes first, so that innocents of one crash are cleared before the killer", async () => {
    const world = makeWorld();
    putRow(world, { life: openLife("o1", 5) });
    putRow(world, { orderId: "o2", life: openLife("o2", 1) });
    putRow(world, { orderId: "o3", life: openLife("o3", 3) });
    await world.deliver(
      ...["o1", "o2", "o3"].map((orderId) => makeMessage({ orderId, receiveCount: 6 })),
    );
    expect(world.handled).toEqual(["o2-event-1"]);
  });

  it("whose attempts are spent is judged without running it again", async () => {
    const world = makeWorld();
    putRow(world, { life: openLife("o1", 8) });
    world.clock.nowMs += 10 * MINUTE_MS;
    const report = await world.deliver(makeMessage({ receiveCount: 9 }));
    expect(outcomes(report)).toEqual({
      "o1-message-1": { kind: "dead", cause: "crash or timeout", decided: "now" },
    });
    expect(world.handled).toEqual([]);
    expect(world.row()?.life).toMatchObject({ attempts: 8, error: { name: "NoOutcome" } });
    expect(await world.ledger.readBudget()).toMatchObject({ tokens: 4 });
  });

  it("whose attempts are spent is not judged without a token", async () => {
    const world = makeWorld();
    await emptyBudget(world);
    putRow(world, { life: openLife("o1", 8) });
    world.clock.nowMs += 10 * MINUTE_MS;
    await world.deliver(makeMessage({ receiveCount: 9 }));
    expect(world.row()?.life?.dead).toBeUndefined();
  });

  it("whose attempts are spent and that has no token backs off, says so, and runs again later", async () => {
    const world = makeWorld();
    await emptyBudget(world);
    putRow(world, { life: openLife("o1", 8) });
    world.clock.nowMs += 10 * MINUTE_MS;
    const report = await world.deliver(makeMessage({ receiveCount: 9 }));
    expect(report.results[0]?.outcome).toMatchObject({ kind: "retried", withoutToken: true });
    expect(world.handled).toEqual([]);
    expect(world.row()?.life).toMatchObject({ attempts: 8, open: false });
    expect(world.hidden.at(-1)?.[0]?.[1]).toBeGreaterThan(60);
    await world.deliver(makeMessage({ receiveCount: 10 }));
    expect(world.handled).toEqual(["o1-event-1"]);
  });

  it("that fails with an outcome at last is no suspect any more", async () => {
    const world = makeWorld();
    putRow(world, { life: openLife("o1", 2) });
    world.behave = () => fail();
    await world.deliver(makeMessage({ receiveCount: 3 }));
    expect(world.row()?.life).toMatchObject({ attempts: 3, open: false });
    world.behave = () => {};
    await world.deliver(makeMessage({ receiveCount: 4 }), makeMessage({ orderId: "o2" }));
    expect(world.handled.toSorted()).toEqual(["o1-event-1", "o1-event-1", "o2-event-1"]);
  });
});

describe("T20 a late invocation", () => {
  /** Runs `meanwhile` while the handler of the first event is at work. */
  const overtaken = async (meanwhile: (world: World) => void) => {
    const context = {
      sideEffect: async () => {
        if (world.handled.length === 0) meanwhile(world);
      },
    };
    const world: World = makeWorld({ context });
    const report = await world.deliver(makeMessage({ receiveCount: 2 }));
    return { world, report };
  };

  it("cannot apply what another has applied meanwhile", async () => {
    const { world, report } = await overtaken((other) => {
      putRow(other, { rev: 7, seq: 1, state: { applied: [1] } });
    });
    expect(kinds(report)).toEqual({ "o1-message-1": "duplicate" });
    expect(world.effects()).toEqual({});
    expect(world.row()).toMatchObject({ rev: 7, seq: 1 });
  });

  it("cannot apply what was decided dead meanwhile", async () => {
    const { world, report } = await overtaken((other) => {
      const dead = { atMs: START_MS, cause: "crash or timeout" } as const;
      putRow(other, { rev: 7, life: { ...openLife("o1", 8), open: false, dead } });
    });
    expect(outcomes(report)).toMatchObject({
      "o1-message-1": { kind: "dead", decided: "before" },
    });
    expect(world.effects()).toEqual({});
  });

  it("cannot apply what was discarded meanwhile", async () => {
    const { world } = await overtaken((other) => putRow(other, { rev: 7, seq: 1 }));
    expect(world.effects()).toEqual({});
  });

  it("T11 and a second invocation with the same message apply it once between them", async () => {
    const world: World = makeWorld({
      context: { sideEffect: () => new Promise(setImmediate) },
    });
    const reports = await Promise.all(
      [1, 2].map((receiveCount) => world.deliver(makeMessage({ receiveCount }))),
    );
    expect(reports.flatMap(({ failedIds }) => failedIds)).toEqual([]);
    expect(world.effects()).toEqual({ "o1-event-1": 1 });
    expect(world.row()).toMatchObject({ seq: 1, state: { applied: [1] } });
  });

  it("gives up politely when the row keeps changing under it", async () => {
    const world = makeWorld();
    world.onCommit = async () => ({ kind: "changed", what: "row" });
    const report = await world.deliver(makeMessage());
    expect(outcomes(report)).toMatchObject({
      "o1-message-1": { kind: "postponed", until: "later" },
    });
  });
});

describe("a lost reply", () => {
  const losing = (lose: (applying: boolean) => boolean): World => {
    const world = makeWorld();
    world.onCommit = async (write, commit) => {
      const result = await commit(write);
      return lose(write.after.seq > write.before.seq) ? LOST : result;
    };
    return world;
  };

  it("to an apply: the event has taken effect once and is not tried again", async () => {
    const world = losing((applying) => applying);
    const first = await world.deliver(makeMessage());
    const second = first.failedIds.length === 0 ? first : await world.deliver(makeMessage());
    expect(second.failedIds).toEqual([]);
    expect(world.handled).toHaveLength(1);
    expect(world.effects()).toEqual({ "o1-event-1": 1 });
  });

  it("to an apply is found out in the same invocation, and followers go on", async () => {
    let lost = 0;
    const world = losing((applying) => applying && lost++ === 0);
    const report = await world.deliver(makeMessage(), makeMessage({ sequence: 2 }));
    expect(report.failedIds).toEqual([]);
    expect(world.row()).toMatchObject({ seq: 2, state: { applied: [1, 2] } });
  });

  it("to an apply never makes a dead decision of an event that has taken effect", async () => {
    const world = losing((applying) => applying);
    putRow(world, { life: { ...openLife("o1", 8), open: false } });
    world.clock.nowMs += 20 * MINUTE_MS;
    const report = await world.deliver(makeMessage({ receiveCount: 9 }));
    expect(world.row()).toMatchObject({ seq: 1 });
    expect(world.row()?.life).toBeUndefined();
    expect(kinds(report)).not.toEqual({ "o1-message-1": "dead" });
  });

  it("to a dead decision: the event is known to be dead, once, and one token is spent", async () => {
    const world = makeWorld({ rules: { attempts: 1, failingSeconds: 0 } });
    world.behave = () => fail();
    world.onCommit = async (write, commit) => {
      const result = await commit(write);
      return write.budget === undefined ? result : LOST;
    };
    const report = await world.deliver(makeMessage());
    expect(kinds(report)).toEqual({ "o1-message-1": "dead" });
    expect(world.row()?.life?.dead?.cause).toBe("attempts exhausted");
    expect(await world.ledger.readBudget()).toMatchObject({ tokens: 4 });
  });
});
