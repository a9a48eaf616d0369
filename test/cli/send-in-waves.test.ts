import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UNLIMITED } from "../../cli/limit-rate.ts";
import { type Lane, sendInWaves } from "../../cli/replay/send-in-waves.ts";
import type { Publication, PublishResult } from "../../lambdas/core/ports.ts";
import { makeOrder } from "../core/make-order.ts";

const FAILED: PublishResult = { kind: "failed", error: { name: "Throttled", message: "" } };
const STEPS = ["pay", "ship", "deliver"] as const;

/** For each order: how many events it has, from which one on they are sent, and which one fails. */
const orders = fc.array(
  fc.integer({ min: 1, max: 4 }).chain((version) =>
    fc.record({
      version: fc.constant(version),
      from: fc.integer({ min: 1, max: version }),
      fails: fc.option(fc.integer({ min: 1, max: version })),
    }),
  ),
  { maxLength: 30 },
);

const lanesOf = (given: readonly { version: number; from: number }[]): Lane[] =>
  given.map(({ version, from }, index) => {
    const item = makeOrder(STEPS.slice(0, version - 1), `o${index}`);
    return { item, next: from, to: version };
  });

describe("sending in waves", () => {
  it("keeps each order's sequence, one event of it a call, and ends it at its first failure", async () => {
    await fc.assert(
      fc.asyncProperty(orders, async (given) => {
        const sent = new Map<string, number[]>();
        let told = 0;
        const send = async (entries: readonly Publication[]): Promise<PublishResult[]> => {
          expect(entries.length).toBeLessThanOrEqual(10);
          expect(new Set(entries.map(({ orderId }) => orderId)).size).toBe(entries.length);
          await Promise.resolve();
          return entries.map(({ orderId, sequence }) => {
            if (given[Number(orderId.slice(1))]?.fails === sequence) return FAILED;
            sent.set(orderId, [...(sent.get(orderId) ?? []), sequence]);
            return { kind: "published" };
          });
        };
        const lanes = lanesOf(given);
        const onSent = (events: number) => {
          told += events;
        };
        await sendInWaves(lanes, { send, rate: UNLIMITED, onSent });
        for (const [index, { version, from, fails }] of given.entries()) {
          const stops = fails !== null && fails >= from;
          const last = stops ? fails - 1 : version;
          const expected = Array.from({ length: last - from + 1 }, (_, at) => from + at);
          expect(sent.get(`o${index}`) ?? []).toEqual(expected);
          expect(lanes[index]?.fault).toBe(stops ? "Throttled" : undefined);
        }
        expect(told).toBe([...sent.values()].flat().length);
      }),
    );
  });

  it("counts an entry that nothing is told of as failed", async () => {
    const lanes = lanesOf([{ version: 2, from: 1 }]);
    await sendInWaves(lanes, { send: async () => [], rate: UNLIMITED, onSent: () => {} });
    expect(lanes[0]).toMatchObject({ next: 1, fault: "NoResult" });
  });

  it("begins nothing more once it is interrupted", async () => {
    const controller = new AbortController();
    const lanes = lanesOf([{ version: 3, from: 1 }]);
    const send = async (entries: readonly Publication[]): Promise<PublishResult[]> => {
      controller.abort();
      return entries.map(() => ({ kind: "published" }));
    };
    const { signal } = controller;
    await sendInWaves(lanes, { send, rate: UNLIMITED, onSent: () => {}, signal });
    expect(lanes[0]).toMatchObject({ next: 2 });
    expect(lanes[0]?.fault).toBeUndefined();
  });
});
