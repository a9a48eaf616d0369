import { expect, it } from "vitest";
import { median } from "../../bench/median.ts";

it("is the middle one, whatever the order, and the mean of the middle two", () => {
  expect(median([9, 1, 100])).toBe(9);
  expect(median([10, 1, 2, 4])).toBe(3);
  expect(median([7])).toBe(7);
  expect(() => median([])).toThrow("no round");
});
