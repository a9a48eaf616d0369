/** The protocol as a consumer's batch sees it: once, in sequence, and nothing left out. */
import { describe, expect, it } from "vitest";
import type { OrderEvent } from "../../lambdas/core/order-event.ts";
import { fail, kinds, makeWorld, outcomes } from "./make-context.ts";
import { makeEnvelope, makeMessage } from "./make-message.ts";

describe("an order's events", () => {
  it("the next event is applied, and its effect and the watermark are written together", async () => {
    const world = makeWorld();
    const report = await world.deliver(makeMessage());
    expect(report.failedIds).toEqual([]);
    expect(outcomes(report)).toEqual({ "o1-message-1": { kind: "applied", latencyMs: 1_000 } });
    expect(world.row()).toMatchObject({ seq: 1, rev: 1, state: { applied: [1] } });
    expect(world.effects()).toEqual({ "o1-event-1": 1 });
  });

  it("an event that was applied before is acknowledged and does nothing", async () => {
    const world = makeWorld();
    await world.deliver(makeMessage());
    const report = await world.deliver(makeMessage({ receiveCount: 2 }));
    expect(report.failedIds).toEqual([]);
    expect(kinds(report)).toEqual({ "o1-message-1": "duplicate" });
    expect(world.handled).toHaveLength(1);
    expect(world.row()?.rev).toBe(1);
  });

  it("T16 T25 T40 an event under another message id, sent again or replayed, is a duplicate", async () => {
    const world = makeWorld();
    await world.deliver(makeMessage());
    const report = await world.deliver(makeMessage({ messageId: "sent again" }));
    expect(kinds(report)).toEqual({ "sent again": "duplicate" });
    expect(world.effects()).toEqual({ "o1-event-1": 1 });
  });

  it("T21 an event whose id was edited is still the order's same step, and a duplicate", async () => {
    const world = makeWorld();
    await world.deliver(makeMessage());
    const edited = { ...makeEnvelope(), id: "another" };
    const body = JSON.stringify(edited);
    const report = await world.deliver(makeMessage({ messageId: "edited", body }));
    expect(kinds(report)).toEqual({ edited: "duplicate" });
    expect(world.effects()).toEqual({ "o1-event-1": 1 });
  });

  it("T17 an event that comes again a year later is a duplicate", async () => {
    const world = makeWorld();
    await world.deliver(makeMessage());
    world.clock.nowMs += 365 * 86_400_000;
    const again = makeMessage({ messageId: "replayed", sentAtMs: world.clock.nowMs });
    expect(kinds(await world.deliver(again))).toEqual({ replayed: "duplicate" });
    expect(world.effects()).toEqual({ "o1-event-1": 1 });
  });

  it("T9 an event whose predecessor is missing is parked behind it, untried", async () => {
    const world = makeWorld();
    const report = await world.deliver(makeMessage({ sequence: 2 }));
    expect(report.failedIds).toEqual(["o1-message-2"]);
    expect(outcomes(report)).toEqual({
      "o1-message-2": { kind: "parked", reason: "out of sequence" },
    });
    expect(world.handled).toEqual([]);
    expect(world.row()).toBeUndefined();
  });

  it("several events of one order in one batch are applied by sequence, however they lie", async () => {
    const world = makeWorld();
    const sequences = [3, 1, 2];
    const report = await world.deliver(...sequences.map((sequence) => makeMessage({ sequence })));
    expect(report.failedIds).toEqual([]);
    expect(world.row()).toMatchObject({ seq: 3, state: { applied: [1, 2, 3] } });
  });

  it("T33 a redriven event behind later ones of its order in one batch lets them through", async () => {
    const world = makeWorld();
    const later = [2, 3].map((sequence) => makeMessage({ sequence, receiveCount: 7 }));
    const redriven = makeMessage({ sequence: 1, messageId: "redriven" });
    const report = await world.deliver(...later, redriven);
    expect(report.failedIds).toEqual([]);
    expect(world.row()).toMatchObject({ seq: 3 });
  });

  it("one of a type that the consumer does not handle is acknowledged, and neither read nor written", async () => {
    const world = makeWorld({ consumer: { handles: ["order.paid"] } });
    const report = await world.deliver(makeMessage());
    expect(kinds(report)).toEqual({ "o1-message-1": "ignored" });
    expect(report.failedIds).toEqual([]);
    expect(world.row()).toBeUndefined();
  });

  it("what follows one that is not handled does not wait for it", async () => {
    const world = makeWorld({ consumer: { handles: ["order.paid"] } });
    const report = await world.deliver(makeMessage({ sequence: 2 }));
    expect(report.failedIds).toEqual([]);
    expect(world.handled).toEqual(["o1-event-2"]);
    expect(world.row()).toMatchObject({ seq: 2, rev: 1, state: { applied: [2] } });
  });

  it("an empty batch is answered with no failures", async () => {
    const world = makeWorld();
    expect(await world.deliver()).toEqual({ results: [], failedIds: [] });
    expect(world.hidden).toEqual([]);
  });
});

describe("a failed event", () => {
  const failing = (...ids: string[]) => {
    const world = makeWorld();
    world.behave = ({ id }) => {
      if (ids.includes(id)) fail();
    };
    return world;
  };

  it("T1 holds back later events of the same order", async () => {
    const world = failing("o1-event-2");
    const batch = [1, 2, 3, 4].map((sequence) => makeMessage({ sequence }));
    const report = await world.deliver(...batch);
    expect(report.failedIds).toEqual(["o1-message-2", "o1-message-3", "o1-message-4"]);
    expect(world.row()).toMatchObject({ seq: 1 });
  });

  it("T2 T8 leaves its followers untried: none is handled, none has an attempt", async () => {
    const world = failing("o1-event-1");
    await world.deliver(makeMessage(), makeMessage({ sequence: 2, receiveCount: 5 }));
    expect(world.handled).toEqual(["o1-event-1"]);
    expect(world.row()?.life).toMatchObject({ seq: 1, attempts: 1 });
  });

  it("does not hold back other orders", async () => {
    const world = failing("o1-event-1");
    const report = await world.deliver(makeMessage(), makeMessage({ orderId: "o2" }));
    expect(report.failedIds).toEqual(["o1-message-1"]);
    expect(world.row("o2")).toMatchObject({ seq: 1 });
  });

  it("comes back after its backoff, told last; its followers are visible at once, told first", async () => {
    const world = failing("o1-event-1");
    await world.deliver(
      makeMessage({ receiveCount: 4 }),
      makeMessage({ sequence: 2 }),
      makeMessage({ sequence: 3 }),
    );
    // The fourth receive: 8 seconds, of which half is fixed and a quarter is this jitter.
    expect(world.hidden).toEqual([
      [
        ["o1-message-3", 0],
        ["o1-message-2", 0],
      ],
      [["o1-message-1", 6]],
    ]);
  });

  it("all followers are told before any first message, over all orders of the batch", async () => {
    const world = failing("o1-event-1", "o2-event-1");
    const orders = ["o1", "o2"];
    await world.deliver(
      ...orders.flatMap((orderId) => [1, 2].map((sequence) => makeMessage({ orderId, sequence }))),
    );
    const told = world.hidden.map((call) => call.map(([id]) => id));
    expect(told).toEqual([
      ["o1-message-2", "o2-message-2"],
      ["o1-message-1", "o2-message-1"],
    ]);
  });

  it("is written on the row with its error, its attempts and its times", async () => {
    const world = failing("o1-event-1");
    await world.deliver(makeMessage());
    const failedFirstMs = world.clock.nowMs;
    world.clock.nowMs += 5_000;
    await world.deliver(makeMessage({ receiveCount: 2 }));
    expect(world.row()?.life).toMatchObject({
      seq: 1,
      messageId: "o1-message-1",
      eventType: "order.created",
      attempts: 2,
      open: false,
      firstMs: failedFirstMs,
      lastMs: failedFirstMs + 5_000,
      error: { name: "Error", message: "the downstream is away" },
    });
  });

  it("T15 that succeeds the next time has taken effect once, and its life is over", async () => {
    const world = failing("o1-event-1");
    await world.deliver(makeMessage());
    world.behave = () => {};
    const report = await world.deliver(makeMessage({ receiveCount: 2 }));
    expect(report.failedIds).toEqual([]);
    expect(world.effects()).toEqual({ "o1-event-1": 1 });
    expect(world.row()?.life).toBeUndefined();
  });

  it("T7 whatever a handler throws, the batch is answered and not thrown", async () => {
    const world = makeWorld();
    world.behave = () => {
      throw "a text that is no Error";
    };
    const report = await world.deliver(makeMessage());
    expect(report.failedIds).toEqual(["o1-message-1"]);
    expect(world.row()?.life?.error?.name).toBe("Thrown");
  });
});

describe("T4 side by side", () => {
  const overlapping = () => {
    const running = new Set<string>();
    const seen: string[][] = [];
    const sideEffect = async ({ orderId }: OrderEvent): Promise<void> => {
      if (running.has(orderId)) throw new Error(`two events of ${orderId} at a time`);
      running.add(orderId);
      seen.push([...running]);
      await new Promise(setImmediate);
      running.delete(orderId);
    };
    return { seen, world: makeWorld({ context: { sideEffect } }) };
  };

  it("events of one order never run at the same time", async () => {
    const { world, seen } = overlapping();
    const report = await world.deliver(...[1, 2, 3].map((sequence) => makeMessage({ sequence })));
    expect(report.failedIds).toEqual([]);
    expect(seen).toEqual([["o1"], ["o1"], ["o1"]]);
  });

  it("different orders do", async () => {
    const { world, seen } = overlapping();
    await world.deliver(makeMessage(), makeMessage({ orderId: "o2" }));
    expect(seen.at(-1)).toEqual(["o1", "o2"]);
  });

  it("a side effect is handed the event id as its idempotency key", async () => {
    const keys: string[] = [];
    const world = makeWorld({
      context: {
        sideEffect: async (_event, key) => {
          keys.push(key);
        },
      },
    });
    await world.deliver(makeMessage({ messageId: "any" }));
    expect(keys).toEqual(["o1-event-1"]);
  });
});
