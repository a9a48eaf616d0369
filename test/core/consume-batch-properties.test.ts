/** What holds for every sequence of deliveries, not only for those that somebody thought of. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { NonRetryable } from "../../lambdas/core/consumer.ts";
import type { Message } from "../../lambdas/core/ports.ts";
import { MINUTE_MS, makeWorld, outcomes, type World } from "./make-context.ts";
import { makeMessage } from "./make-message.ts";

const ORDERS = ["o1", "o2", "o3"];
const LENGTH = 4;

type Delivery = { orderId: string; sequence: number; copy: number };

/** Batches of whatever was sent, in any order, as often as you like, in up to two copies. */
const batches: fc.Arbitrary<Delivery[][]> = fc.array(
  fc.uniqueArray(
    fc.record({
      orderId: fc.constantFrom(...ORDERS),
      sequence: fc.integer({ min: 1, max: LENGTH }),
      copy: fc.integer({ min: 0, max: 1 }),
    }),
    { minLength: 1, maxLength: 10, selector: (delivery) => JSON.stringify(delivery) },
  ),
  { maxLength: 8 },
);

/** Whether the n-th run of a handler fails, and how. */
const faults = fc.array(fc.constantFrom("ok", "ok", "throw", "poison"), { maxLength: 20 });

const sender = () => {
  const receives = new Map<string, number>();
  return ({ orderId, sequence, copy }: Delivery): Message => {
    const messageId = `${orderId}-${sequence}-${copy}`;
    const receiveCount = (receives.get(messageId) ?? 0) + 1;
    receives.set(messageId, receiveCount);
    return makeMessage({ orderId, sequence, messageId, receiveCount });
  };
};

const faulty = (world: World, tape: readonly string[]): void => {
  let run = 0;
  world.behave = () => {
    const fault = tape[run++];
    if (fault === "throw") throw new Error("this time");
    if (fault === "poison") throw new NonRetryable("never");
  };
};

/** Delivers the batches a minute apart, and stops after each to be looked at. */
async function* deliveries(given: readonly Delivery[][], tape: readonly string[]) {
  const world = makeWorld();
  faulty(world, tape);
  const send = sender();
  for (const batch of given) {
    world.clock.nowMs += MINUTE_MS;
    world.hidden.length = 0;
    const messages = batch.map(send);
    yield { world, messages, report: await world.deliver(...messages) };
  }
}

it("every event takes effect at most once, and an order's events in sequence without gaps", async () => {
  await fc.assert(
    fc.asyncProperty(batches, faults, async (given, tape) => {
      for await (const { world } of deliveries(given, tape)) {
        let applied = 0;
        for (const [orderId, { seq, state }] of world.tables.rows("test")) {
          applied += seq;
          const inSequence = Array.from({ length: seq }, (_, index) => index + 1);
          expect(state?.applied ?? []).toEqual(inSequence);
          for (const sequence of inSequence) {
            expect(world.effects()[`${orderId}-event-${sequence}`]).toBe(1);
          }
        }
        expect(Object.keys(world.effects())).toHaveLength(applied);
      }
    }),
  );
});

it("without faults, whatever comes in the end applies everything exactly once", async () => {
  await fc.assert(
    fc.asyncProperty(batches, async (given) => {
      const world = makeWorld();
      const send = sender();
      for (const batch of given) await world.deliver(...batch.map(send));
      const all = ORDERS.flatMap((orderId) =>
        Array.from({ length: LENGTH }, (_, index) => ({ orderId, sequence: index + 1, copy: 2 })),
      );
      expect((await world.deliver(...all.map(send))).failedIds).toEqual([]);
      expect(Object.values(world.effects())).toEqual(all.map(() => 1));
    }),
  );
});

it("every message of a batch is either done or reported, never both, never neither", async () => {
  await fc.assert(
    fc.asyncProperty(batches, faults, async (given, tape) => {
      for await (const { messages, report } of deliveries(given, tape)) {
        const told = outcomes(report);
        expect(Object.keys(told).toSorted()).toEqual(
          messages.map(({ messageId }) => messageId).toSorted(),
        );
        expect(report.results).toHaveLength(messages.length);
        const notDone = Object.keys(told).filter(
          (id) => !["applied", "duplicate"].includes(told[id]!.kind),
        );
        expect(report.failedIds.toSorted()).toEqual(notDone.toSorted());
      }
    }),
  );
});

it("a reported message has every later one of its order reported with it", async () => {
  await fc.assert(
    fc.asyncProperty(batches, faults, async (given, tape) => {
      for await (const { report } of deliveries(given, tape)) {
        const failed = new Set(report.failedIds);
        const first = new Map<string, number>();
        for (const { arrival } of report.results) {
          if (!failed.has(arrival.message.messageId)) continue;
          const lowest = first.get(arrival.orderId) ?? Number.POSITIVE_INFINITY;
          first.set(arrival.orderId, Math.min(lowest, arrival.sequence));
        }
        for (const { arrival } of report.results) {
          if (arrival.sequence <= (first.get(arrival.orderId) ?? LENGTH)) continue;
          expect(failed).toContain(arrival.message.messageId);
        }
      }
    }),
  );
});

it("every reported message is told to the queue once, the first of its order in the last call", async () => {
  await fc.assert(
    fc.asyncProperty(batches, faults, async (given, tape) => {
      for await (const { world, report } of deliveries(given, tape)) {
        const told = world.hidden.flat().map(([id]) => id);
        expect(told.toSorted()).toEqual(report.failedIds.toSorted());
        const orders = new Set(report.failedIds.map((id) => id.slice(0, 2)));
        expect(world.hidden.at(-1)?.length ?? 0).toBe(orders.size);
      }
    }),
  );
});
