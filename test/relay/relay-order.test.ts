import fc from "fast-check";
import { expect, test } from "vitest";
import type { RelayRecord } from "../../lambdas/core/relay-entries.ts";
import { relayWorld, type Verdict, written } from "./relay-world.ts";

const ORDERS = ["a", "b", "c", "d"];
const VERSIONS = 4;

/** A stream: orders taken in any interleaving, each write one or two events further. */
const streams = fc
  .array(fc.record({ order: fc.constantFrom(...ORDERS), step: fc.integer({ min: 1, max: 2 }) }))
  .map((writes) => {
    const versions = new Map<string, number>();
    return writes.flatMap(({ order, step }): RelayRecord[] => {
      const from = versions.get(order) ?? 0;
      const to = Math.min(VERSIONS, from + step);
      versions.set(order, to);
      return from === to ? [] : [written(order, from, to)];
    });
  });

const verdicts = fc.array(fc.constantFrom<Verdict>("published", "published", "failed"), {
  maxLength: 60,
});

const sequencesOf = (arrived: readonly string[], order: string): number[] =>
  arrived.filter((name) => name.startsWith(order)).map((name) => Number(name.split(":")[1]));

/** The first arrival of each sequence: what is sent again, the topic drops (1.9). */
const firsts = (sequences: readonly number[]): number[] => [...new Set(sequences)];

test("T22 T23 whatever fails, an order's events arrive in sequence and none is skipped", async () => {
  await fc.assert(
    fc.asyncProperty(streams, verdicts, async (stream, tape) => {
      const world = relayWorld();
      let turn = 0;
      world.verdict = () => tape[turn++] ?? "published";
      let rest: readonly RelayRecord[] = stream;
      while (rest.length > 0) {
        const before = world.calls.length;
        const { batchItemFailures } = await world.relay(rest);
        for (const call of world.calls.slice(before)) {
          const orders = call.map(({ orderId }) => orderId);
          expect(new Set(orders).size).toBe(orders.length);
          expect(call.length).toBeLessThanOrEqual(10);
        }
        const checkpoint = batchItemFailures[0]?.itemIdentifier;
        if (checkpoint === undefined) break;
        rest = rest.slice(rest.findIndex(({ recordId }) => recordId === checkpoint));
      }
      for (const order of ORDERS) {
        const last = stream.filter(({ orderId }) => orderId === order).at(-1);
        const version = Number(last?.recordId.split(":")[1] ?? 0);
        const due = Array.from({ length: version }, (_, index) => index + 1);
        expect(firsts(sequencesOf(world.arrived, order))).toEqual(due);
      }
    }),
  );
});

test("T23 within one invocation nothing of an order is sent after its failed event", async () => {
  await fc.assert(
    fc.asyncProperty(streams, verdicts, async (stream, tape) => {
      const world = relayWorld();
      const failed = new Set<string>();
      let turn = 0;
      world.verdict = (name) => {
        const order = name.split(":")[0] as string;
        expect(failed.has(order)).toBe(false);
        const verdict = tape[turn++] ?? "published";
        if (verdict === "failed") failed.add(order);
        return verdict;
      };
      const { batchItemFailures } = await world.relay(stream);
      expect(batchItemFailures.length).toBe(failed.size > 0 ? 1 : 0);
    }),
  );
});
