import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  DEAD_CAUSES,
  type DeadLetterList,
  type DeadOrder,
} from "../../../cli/dead-letters/dead-letter.ts";
import { groupByCause } from "../../../cli/dead-letters/group-by-cause.ts";
import { type DeadLetterFilter, matches, planOf } from "../../../cli/dead-letters/plan.ts";

const TYPES = ["order.created", "order.paid"];
const orders = fc.uniqueArray(
  fc.record({
    orderId: fc.string({ minLength: 1 }),
    head: fc.record({
      sequence: fc.integer({ min: 1, max: 5 }),
      cause: fc.constantFrom(...DEAD_CAUSES),
      eventType: fc.constantFrom(...TYPES),
      attempts: fc.nat(),
      sinceMs: fc.nat(100),
    }),
    fromSequence: fc.constant(1),
    toSequence: fc.integer({ min: 5, max: 9 }),
    letters: fc.integer({ min: 1, max: 9 }),
    seen: fc.boolean(),
  }),
  { selector: ({ orderId }) => orderId },
);
const filter = fc.record(
  {
    orderIds: fc.array(fc.string({ minLength: 1 })),
    causes: fc.subarray([...DEAD_CAUSES]),
    eventTypes: fc.subarray(TYPES),
    sinceMs: fc.nat(100),
    untilMs: fc.nat(100),
  },
  { requiredKeys: [] },
);
const listOf = (dead: readonly DeadOrder[]): DeadLetterList => ({
  ...{ consumer: "fraud", orders: dead, letters: 0, depth: 0, remarks: ["a remark"] },
});

describe("the plan of a redrive", () => {
  it("holds the orders that match and were seen, in the list's order, with their sum", () => {
    fc.assert(
      fc.property(orders, filter, (dead, chosen) => {
        const plan = planOf(listOf(dead), chosen as DeadLetterFilter);
        const wanted = dead.filter((order) => order.seen && matches(order, chosen));
        expect(plan.orders.map(({ orderId }) => orderId)).toEqual(
          wanted.map(({ orderId }) => orderId),
        );
        expect(plan.letters).toBe(wanted.reduce((sum, { letters }) => sum + letters, 0));
      }),
    );
  });

  it("is not all where letters were hidden, unless the orders it names were seen", () => {
    const head = { sequence: 1, cause: "invalid", attempts: 1, sinceMs: 0 } as const;
    const one = { orderId: "a", head, fromSequence: 1, toSequence: 1, letters: 1, seen: true };
    const list = {
      ...listOf([one, { ...one, orderId: "b", seen: false }]),
      partlySeen: true as const,
    };
    const partly = (orderIds?: string[]) => planOf(list, orderIds && { orderIds }).partlySeen;
    expect([partly(), partly(["a", "b"]), partly(["c"]), partly(["a"])]).toEqual([
      ...[true, true, true, undefined],
    ]);
  });

  it("says how many match and are not there, beside what the list remarked", () => {
    const [one] =
      fc.sample(orders, { numRuns: 50, seed: 1 }).find((found) => found.length > 0) ?? [];
    if (one === undefined) throw new Error("no order was drawn");
    const dead = [{ ...one, seen: false }];
    expect(planOf(listOf(dead)).remarks).toEqual([
      "a remark",
      "1 more orders match, but no letter of theirs is in the queue (yet)",
    ]);
    expect(planOf(listOf([{ ...one, seen: true }])).remarks).toEqual(["a remark"]);
  });

  it("takes a time from its begin on and before its end", () => {
    const order = { ...fc.sample(orders, { numRuns: 20, seed: 3 }).flat()[0] } as DeadOrder;
    const at = { ...order, head: { ...order.head, sinceMs: 50 } };
    expect(matches(at, { sinceMs: 50, untilMs: 51 })).toBe(true);
    expect(matches(at, { sinceMs: 51 })).toBe(false);
    expect(matches(at, { untilMs: 50 })).toBe(false);
  });

  it("every order is in one group by cause, the largest group first", () => {
    fc.assert(
      fc.property(orders, (dead) => {
        const groups = groupByCause(dead);
        const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
        expect(sum(groups.map((group) => group.orders))).toBe(dead.length);
        expect(sum(groups.map(({ letters }) => letters))).toBe(
          sum(dead.map(({ letters }) => letters)),
        );
        const sizes = groups.map((group) => group.orders);
        expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
        for (const { cause, eventType, sinceMs, example } of groups) {
          const alike = dead.filter(
            ({ head }) => head.cause === cause && head.eventType === eventType,
          );
          expect(Math.min(...alike.map(({ head }) => head.sinceMs))).toBe(sinceMs);
          expect(alike.some(({ orderId }) => orderId === example)).toBe(true);
        }
      }),
    );
  });
});
