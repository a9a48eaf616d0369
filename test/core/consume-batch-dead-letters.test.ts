/** When an event is given up, what that writes, and how it gets to the dead-letter queue. */
import { describe, expect, it } from "vitest";
import { NonRetryable } from "../../lambdas/core/consumer.ts";
import {
  emptyBudget,
  fail,
  kinds,
  MINUTE_MS,
  makeWorld,
  outcomes,
  putRow,
  type World,
} from "./make-context.ts";
import { makeMessage, SENT_AT_MS } from "./make-message.ts";

const poisoned = (error: Error = new Error("broken")): World => {
  const world = makeWorld();
  world.behave = () => {
    throw error;
  };
  return world;
};

/** Delivers the first event again and again, a while apart. */
const deliverTimes = async (world: World, times: number, apartMs: number) => {
  let report = await world.deliver(makeMessage({ receiveCount: 1 }));
  for (let receiveCount = 2; receiveCount <= times; receiveCount++) {
    world.clock.nowMs += apartMs;
    report = await world.deliver(makeMessage({ receiveCount }));
  }
  return report;
};

describe("the dead decision", () => {
  it("needs 8 attempts", async () => {
    const world = poisoned();
    await deliverTimes(world, 7, 10 * MINUTE_MS);
    expect(world.row()?.life).toMatchObject({ attempts: 7 });
    expect(world.row()?.life?.dead).toBeUndefined();
  });

  it("needs 10 minutes since the first failure", async () => {
    const world = poisoned();
    const report = await deliverTimes(world, 20, 1_000);
    expect(kinds(report)).toEqual({ "o1-message-1": "retried" });
    expect(world.row()?.life?.dead).toBeUndefined();
    world.clock.nowMs += 10 * MINUTE_MS;
    await world.deliver(makeMessage({ receiveCount: 21 }));
    expect(world.row()?.life?.dead?.cause).toBe("attempts exhausted");
  });

  it("is made at the eighth attempt when 10 minutes have passed, and takes a token with it", async () => {
    const world = poisoned();
    const report = await deliverTimes(world, 8, 2 * MINUTE_MS);
    expect(outcomes(report)).toEqual({
      "o1-message-1": { kind: "dead", cause: "attempts exhausted", decided: "now" },
    });
    expect(world.row()?.life).toMatchObject({
      messageId: "o1-message-1",
      attempts: 8,
      open: false,
      error: { message: "broken" },
      dead: { cause: "attempts exhausted", atMs: world.clock.nowMs },
    });
    expect(world.row()?.life?.error?.stack).toContain("broken");
    expect(await world.ledger.readBudget()).toMatchObject({ rev: 1, tokens: 4 });
  });

  it("is made at once when no retry can help", async () => {
    const world = poisoned(new NonRetryable("no such customer"));
    const report = await world.deliver(makeMessage());
    expect(outcomes(report)).toEqual({
      "o1-message-1": { kind: "dead", cause: "not retryable", decided: "now" },
    });
    expect(world.row()?.life).toMatchObject({ attempts: 1, error: { name: "NonRetryable" } });
    expect(await world.ledger.readBudget()).toMatchObject({ tokens: 4 });
  });

  it("and its token are one write", async () => {
    const world = poisoned(new NonRetryable("no"));
    const writes: string[] = [];
    world.onCommit = (write, commit) => {
      writes.push(`dead ${write.after.life?.dead?.cause}, tokens ${write.budget?.after.tokens}`);
      return commit(write);
    };
    await world.deliver(makeMessage());
    expect(writes).toEqual(["dead not retryable, tokens 4"]);
  });

  it("that another invocation was quicker to take the token for is made with the next token", async () => {
    const world = poisoned(new NonRetryable("no"));
    let meddled = false;
    world.onCommit = async (write, commit) => {
      if (!meddled) {
        meddled = true;
        const before = await world.ledger.readBudget();
        await world.ledger.commitBudget(before, {
          ...before,
          rev: 1,
          tokens: 4,
          grantedAtMs: world.clock.nowMs,
        });
      }
      return commit(write);
    };
    await world.deliver(makeMessage());
    expect(world.row()?.life?.dead?.cause).toBe("not retryable");
    expect(await world.ledger.readBudget()).toMatchObject({ rev: 2, tokens: 3 });
  });

  it("T39 without a token is not made: the event keeps backing off, and says so", async () => {
    const world = poisoned(new NonRetryable("no"));
    await emptyBudget(world);
    const report = await world.deliver(makeMessage({ receiveCount: 3 }));
    expect(outcomes(report)).toMatchObject({
      "o1-message-1": { kind: "retried", withoutToken: true },
    });
    expect(world.hidden).toEqual([[["o1-message-1", 3]]]);
    expect(world.row()?.life).toMatchObject({ attempts: 1, error: { name: "NonRetryable" } });
    expect(world.row()?.life?.dead).toBeUndefined();
  });

  it("T39 is made for five orders at most when everything fails at once", async () => {
    const world = poisoned(new NonRetryable("no"));
    const orders = Array.from({ length: 10 }, (_, index) => `o${index}`);
    const receive = (receiveCount: number) =>
      world.deliver(...orders.map((orderId) => makeMessage({ orderId, receiveCount })));
    await receive(1);
    const report = await receive(2);
    const dead = Object.values(kinds(report)).filter((kind) => kind === "dead");
    expect(dead).toHaveLength(5);
    expect(report.failedIds).toHaveLength(10);
  });
});

it("what a batch applies earns the dead-letter budget its tokens", async () => {
  const world = makeWorld();
  await emptyBudget(world);
  world.random.value = 0;
  await world.deliver(makeMessage(), makeMessage({ sequence: 2 }), makeMessage({ orderId: "o2" }));
  expect(await world.ledger.readBudget()).toMatchObject({ tokens: 3 });
});

describe("a decided event", () => {
  const decided = async (): Promise<World> => {
    const world = poisoned(new NonRetryable("no"));
    await world.deliver(makeMessage());
    world.handled.length = 0;
    world.hidden.length = 0;
    world.behave = () => {};
    return world;
  };

  it("comes back without its handler being run, until SQS moves it", async () => {
    const world = await decided();
    const report = await world.deliver(makeMessage({ receiveCount: 2 }));
    expect(outcomes(report)).toEqual({
      "o1-message-1": { kind: "dead", cause: "not retryable", decided: "before" },
    });
    expect(report.failedIds).toEqual(["o1-message-1"]);
    expect(world.handled).toEqual([]);
  });

  it("bounces with one second and its followers with none", async () => {
    const world = await decided();
    await world.deliver(
      makeMessage({ receiveCount: 40 }),
      makeMessage({ sequence: 2, receiveCount: 40 }),
    );
    expect(world.hidden).toEqual([[["o1-message-2", 0]], [["o1-message-1", 1]]]);
  });

  it("T9 keeps its followers out, also once it has left the queue", async () => {
    const world = await decided();
    const report = await world.deliver(makeMessage({ sequence: 2 }));
    expect(kinds(report)).toEqual({ "o1-message-2": "parked" });
    expect(world.hidden).toEqual([[["o1-message-2", 1]]]);
    expect(world.handled).toEqual([]);
  });

  it("that is redriven under a new message id has a new life, and no attempt yet", async () => {
    const world = await decided();
    world.behave = () => fail();
    const redriven = makeMessage({ messageId: "redriven", sentAtMs: SENT_AT_MS + 60_000 });
    expect(kinds(await world.deliver(redriven))).toEqual({ redriven: "retried" });
    expect(world.row()?.life).toMatchObject({ messageId: "redriven", attempts: 1 });
    expect(world.row()?.life?.dead).toBeUndefined();
  });

  it("that is redriven and succeeds lets its followers through in the same batch", async () => {
    const world = await decided();
    const report = await world.deliver(
      makeMessage({ sequence: 2, messageId: "redriven 2", sentAtMs: SENT_AT_MS + 60_000 }),
      makeMessage({ sequence: 1, messageId: "redriven 1", sentAtMs: SENT_AT_MS + 60_001 }),
    );
    expect(report.failedIds).toEqual([]);
    expect(world.row()).toMatchObject({ seq: 2, state: { applied: [1, 2] } });
  });

  it("whose older copy turns up: that copy is never run", async () => {
    const world = await decided();
    const older = makeMessage({ messageId: "older", sentAtMs: SENT_AT_MS - 1 });
    const report = await world.deliver(older);
    expect(outcomes(report)).toEqual({ older: { kind: "parked", reason: "older copy" } });
    expect(world.handled).toEqual([]);
    expect(world.row()?.life?.dead?.cause).toBe("not retryable");
  });
});

describe("two copies of one event", () => {
  it("in one batch take effect once, and both are acknowledged", async () => {
    const world = makeWorld();
    const copies = ["first copy", "second copy"].map((messageId) => makeMessage({ messageId }));
    const report = await world.deliver(...copies);
    expect(report.failedIds).toEqual([]);
    expect(world.effects()).toEqual({ "o1-event-1": 1 });
  });

  it("in one batch that fails: the later sent is tried, the older is not", async () => {
    const world = poisoned();
    const report = await world.deliver(
      makeMessage({ messageId: "a", sentAtMs: SENT_AT_MS }),
      makeMessage({ messageId: "b", sentAtMs: SENT_AT_MS + 1 }),
    );
    expect(kinds(report)).toEqual({ b: "retried", a: "parked" });
    expect(world.handled).toHaveLength(1);
    expect(world.row()?.life?.messageId).toBe("b");
  });

  it("sent in the same millisecond: the greater message id counts as the later", async () => {
    const world = poisoned();
    putRow(world, { life: { ...life("b"), attempts: 3 } });
    expect(kinds(await world.deliver(makeMessage({ messageId: "a" })))).toEqual({ a: "parked" });
    expect(kinds(await world.deliver(makeMessage({ messageId: "c" })))).toEqual({ c: "retried" });
    expect(world.row()?.life).toMatchObject({ messageId: "c", attempts: 1 });
  });
});

const life = (messageId: string) => ({
  seq: 1,
  messageId,
  sentAtMs: SENT_AT_MS,
  attempts: 0,
  open: false,
});
