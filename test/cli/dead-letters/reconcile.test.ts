import { expect, it } from "vitest";
import type { DeadOrder } from "../../../cli/dead-letters/dead-letter.ts";
import { isPartlySeen, reconcile } from "../../../cli/dead-letters/reconcile.ts";

const order = (letters: number, seen = true): DeadOrder => ({
  ...{ orderId: "a", fromSequence: 1, toSequence: letters, letters, seen },
  head: { sequence: 1, cause: "not retryable", attempts: 1, sinceMs: 0 },
});
const counts = (waiting: number, { inFlight = 0, source = 0 } = {}) => ({
  ...{ deadLetters: { waiting, inFlight }, source },
});

it("has nothing to say when the queue holds what the orders explain", () => {
  expect(reconcile([order(3), order(2)], counts(5))).toEqual([]);
  expect(reconcile([], counts(0))).toEqual([]);
});

it("tells of letters that are on their way", () => {
  expect(reconcile([order(3), order(2, false)], counts(4, { source: 7 }))).toEqual([
    "by their orders 5 letters should be here, 4 are (1 orders have no letter here); 7 messages are " +
      "in the consumer's queue, and may move here within minutes",
  ]);
});

it("tells where to look for letters that are nowhere", () => {
  expect(reconcile([order(3)], counts(2))[0]).toMatch(/3 letters .* 2 are; nothing .* bus audit/);
});

it("tells of more letters than events, and of hidden ones", () => {
  expect(reconcile([order(3)], counts(4))[0]).toMatch(/^4 letters are here, 3 are explained/);
  const [hidden, ...others] = reconcile([order(3)], counts(1, { inFlight: 1 }));
  expect(hidden).toMatch(/^1 letters were hidden/);
  expect(others).toHaveLength(1);
});

it.each([
  ["nothing is there", [], counts(0), false],
  ["each letter is explained by an order that was seen", [order(3), order(2)], counts(5), false],
  [
    "an old count still takes some of these for hidden",
    [order(3)],
    counts(1, { inFlight: 2 }),
    false,
  ],
  ["an order's other letters are on their way", [order(3)], counts(1), false],
  ["an order is on its way, all else is explained", [order(2), order(1, false)], counts(2), false],
  ["a letter is there of an order that was not seen", [order(2), order(1, false)], counts(3), true],
  ["a hidden one is nobody's that is known", [order(3)], counts(3, { inFlight: 1 }), true],
  // One letter of the seen order is there yet, so the sums say nothing.
  ["one is hidden, and others are on their way", [order(6)], counts(1, { inFlight: 1 }), true],
] as const)("where %s, says so", (_, orders, { deadLetters }, partly) => {
  expect(isPartlySeen(orders, deadLetters)).toBe(partly);
});
