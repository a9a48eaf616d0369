/** What is nobody's fault is not counted: a table away or busy, and no time left. */
import { describe, expect, it } from "vitest";
import type { LedgerResult } from "../../lambdas/core/ports.ts";
import { fail, kinds, makeWorld, outcomes, putRow, START_MS, type World } from "./make-context.ts";
import { makeMessage, SENT_AT_MS } from "./make-message.ts";

const BUSY: LedgerResult = { kind: "busy" };
const isApply = ({ before, after }: { before: { seq: number }; after: { seq: number } }) =>
  after.seq > before.seq;

describe("while no row can be read", () => {
  const blind = (): World => {
    const world: World = makeWorld({
      context: { ledger: { ...makeWorld().ledger, read: async () => fail("no table") } },
    });
    return world;
  };

  it("every message comes back with its backoff, uncounted, and no handler runs", async () => {
    const world = blind();
    const report = await world.deliver(
      makeMessage({ receiveCount: 3 }),
      makeMessage({ sequence: 2, receiveCount: 3 }),
      makeMessage({ orderId: "o2" }),
    );
    expect(report.failedIds).toHaveLength(3);
    const away = { kind: "postponed", until: "later", reason: "no row can be read" };
    expect(Object.values(outcomes(report))).toEqual([away, away, away]);
    expect(world.handled).toEqual([]);
    expect(world.hidden).toEqual([
      [["o1-message-2", 0]],
      [
        ["o1-message-1", 3],
        ["o2-message-1", 1],
      ],
    ]);
  });

  it("the backoff grows with the receive count, since attempts cannot be written", async () => {
    const world = blind();
    for (const receiveCount of [1, 5, 9, 20]) await world.deliver(makeMessage({ receiveCount }));
    expect(world.hidden.flat().map(([, seconds]) => seconds)).toEqual([1, 12, 192, 1_350]);
  });
});

describe("a conflict or a throttle", () => {
  it("T19 is tried again in place, and then the event is applied", async () => {
    const world = makeWorld();
    let busy = 3;
    world.onCommit = async (write, commit) => (busy-- > 0 ? BUSY : commit(write));
    const report = await world.deliver(makeMessage());
    expect(kinds(report)).toEqual({ "o1-message-1": "applied" });
    expect(world.handled).toHaveLength(1);
    expect(world.clock.nowMs - START_MS).toBeGreaterThan(0);
  });

  it("that lasts puts the event off, and does not count as an attempt", async () => {
    const world = makeWorld();
    world.onCommit = async (write, commit) => (isApply(write) ? BUSY : commit(write));
    const report = await world.deliver(makeMessage());
    expect(outcomes(report)).toMatchObject({
      "o1-message-1": { kind: "postponed", until: "later" },
    });
    expect(world.row()).toBeUndefined();
    expect(world.clock.nowMs - START_MS).toBeLessThan(4_000);
  });

  it("that lasts takes the recorded start back", async () => {
    const world = makeWorld();
    putRow(world, {
      life: {
        seq: 1,
        messageId: "o1-message-1",
        sentAtMs: SENT_AT_MS,
        attempts: 3,
        open: false,
        firstMs: START_MS,
      },
    });
    world.onCommit = async (write, commit) => (isApply(write) ? BUSY : commit(write));
    await world.deliver(makeMessage({ receiveCount: 5 }));
    expect(world.row()?.life).toMatchObject({ attempts: 3, open: false, firstMs: START_MS });
  });

  it("before any failure does not make a first failure of the start that is taken back", async () => {
    const world = makeWorld();
    world.onCommit = async (write, commit) => (isApply(write) ? BUSY : commit(write));
    await world.deliver(makeMessage({ receiveCount: 2 }));
    expect(world.row()?.life).toMatchObject({ attempts: 0, open: false });
    expect(world.row()?.life?.firstMs).toBeUndefined();
  });

  it("of one order does not stop the others", async () => {
    const world = makeWorld();
    world.onCommit = async (write, commit) =>
      write.before.orderId === "o1" ? BUSY : commit(write);
    const report = await world.deliver(makeMessage(), makeMessage({ orderId: "o2" }));
    expect(report.failedIds).toEqual(["o1-message-1"]);
  });

  it("of the facts is no attempt either", async () => {
    const world = makeWorld({
      context: { facts: { put: async () => BUSY } },
      consumer: {
        handle: () => ({ effects: [{ kind: "fact", table: "facts", item: { eventId: "e" } }] }),
      },
    });
    const report = await world.deliver(makeMessage());
    expect(kinds(report)).toEqual({ "o1-message-1": "postponed" });
    expect(world.row()).toBeUndefined();
  });
});

describe("a write that fails", () => {
  const failing = (retryable: boolean) => {
    const world = makeWorld();
    const error = { name: "SomeException", message: "it says why" };
    world.onCommit = async (write, commit) =>
      isApply(write) ? { kind: "failed", retryable, error } : commit(write);
    return world;
  };

  it("for a reason that may pass is an attempt", async () => {
    const world = failing(true);
    expect(kinds(await world.deliver(makeMessage()))).toEqual({ "o1-message-1": "retried" });
    expect(world.row()?.life).toMatchObject({ attempts: 1, error: { name: "SomeException" } });
  });

  it("because the request can never succeed is a dead event", async () => {
    const world = failing(false);
    expect(outcomes(await world.deliver(makeMessage()))).toEqual({
      "o1-message-1": { kind: "dead", cause: "not retryable", decided: "now" },
    });
  });

  it("together with the write of its outcome still brings the event back", async () => {
    const world = makeWorld();
    const error = { name: "SomeException", message: "it says why" };
    world.onCommit = async () => ({ kind: "failed", retryable: true, error });
    const report = await world.deliver(makeMessage(), makeMessage({ sequence: 2 }));
    expect(report.failedIds).toEqual(["o1-message-1", "o1-message-2"]);
    // Each once, for the write of both; the first one's change is then written alone.
    expect(world.handled).toEqual(["o1-event-1", "o1-event-2"]);
    expect(world.effects()).toEqual({});
  });
});

describe("T5 when no time is left", () => {
  const slow = (): World => {
    let remainingMs = 4_000;
    const world: World = makeWorld({ context: { remainingMs: () => remainingMs } });
    world.behave = () => {
      remainingMs -= 2_000;
    };
    return world;
  };

  it("what was not begun comes back at once, uncounted; what is done stays done", async () => {
    const world = slow();
    const batch = [1, 2, 3, 4].map((sequence) => makeMessage({ sequence, receiveCount: 2 }));
    const report = await world.deliver(...batch);
    expect(report.failedIds).toEqual(["o1-message-3", "o1-message-4"]);
    expect(outcomes(report)["o1-message-3"]).toMatchObject({ kind: "postponed", until: "soon" });
    expect(world.row()).toMatchObject({ seq: 2 });
    expect(world.row()?.life).toBeUndefined();
    expect(world.hidden).toEqual([[["o1-message-4", 0]], [["o1-message-3", 0]]]);
  });

  it("duplicates are still acknowledged", async () => {
    const world: World = makeWorld({ context: { remainingMs: () => 0 } });
    putRow(world, { seq: 1 });
    expect((await world.deliver(makeMessage())).failedIds).toEqual([]);
  });

  it("a conflict is not tried again", async () => {
    let remainingMs = 2_000;
    const world: World = makeWorld({ context: { remainingMs: () => remainingMs } });
    let commits = 0;
    world.onCommit = async () => {
      commits++;
      remainingMs = 1_000;
      return BUSY;
    };
    await world.deliver(makeMessage());
    expect(commits).toBe(1);
  });
});
