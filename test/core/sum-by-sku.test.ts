import fc from "fast-check";
import { expect, it } from "vitest";
import { sumBySku } from "../../lambdas/core/sum-by-sku.ts";

const line = (sku: string, quantity: number) => ({ sku, quantity, unitPriceCents: 1 });

it("lines of the same SKU are summed, in the order of the SKUs", () => {
  expect([...sumBySku([line("b", 1), line("a", 2), line("b", 3)])]).toEqual([
    ["a", 2],
    ["b", 4],
  ]);
});

it("no lines are no SKUs", () => {
  expect([...sumBySku([])]).toEqual([]);
});

it("SKUs named like an object's own parts are SKUs like any other", () => {
  expect([...sumBySku([line("__proto__", 1), line("constructor", 2)])]).toEqual([
    ["__proto__", 1],
    ["constructor", 2],
  ]);
});

it("no piece is lost, and how the lines lie does not matter", () => {
  const lines = fc.array(
    fc.record({
      sku: fc.constantFrom("a", "b", "c", "B"),
      quantity: fc.integer({ min: 1, max: 9 }),
    }),
  );
  fc.assert(
    fc.property(lines, (given) => {
      const all = given.map(({ sku, quantity }) => line(sku, quantity));
      const sums = [...sumBySku(all)];
      expect([...sumBySku(all.toReversed())]).toEqual(sums);
      const pieces = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
      expect(pieces(sums.map(([, sum]) => sum))).toBe(
        pieces(given.map(({ quantity }) => quantity)),
      );
    }),
  );
});
