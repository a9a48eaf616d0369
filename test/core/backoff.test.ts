import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffSeconds } from "../../lambdas/core/backoff.ts";
import { usualRules } from "./make-context.ts";

const seconds = (receiveCount: number, random: number) =>
  backoffSeconds(receiveCount, usualRules, () => random);

describe("backoff", () => {
  it("doubles from one second with each receive", () => {
    const most = [1, 2, 3, 4, 5, 6].map((receiveCount) => seconds(receiveCount, 0.999));
    expect(most).toEqual([1, 2, 4, 8, 16, 32]);
  });

  it("is half fixed and half jitter", () => {
    expect(seconds(7, 0)).toBe(32);
    expect(seconds(7, 0.5)).toBe(48);
    expect(seconds(7, 0.999)).toBe(64);
  });

  it("is whole seconds, rounded up: never 0", () => {
    expect(seconds(1, 0)).toBe(1);
    expect(seconds(2, 0.1)).toBe(2);
    expect(seconds(0, 0)).toBe(1);
  });

  it("ends at the cap, also after more receives than a number can double", () => {
    expect(seconds(12, 0.999)).toBe(1_800);
    expect(seconds(1_000, 0.999)).toBe(1_800);
    expect(seconds(1_000, 0)).toBe(900);
  });

  it("lies between half and all of what the receive count allows", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1_000 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (receiveCount, random) => {
          const full = Math.min(1_800, 2 ** (receiveCount - 1));
          const wait = seconds(receiveCount, random);
          expect(Number.isInteger(wait)).toBe(true);
          expect(wait).toBeGreaterThanOrEqual(full / 2);
          expect(wait).toBeLessThanOrEqual(full);
        },
      ),
    );
  });

  it("of 60 receives outlasts an outage of at least 12 hours", () => {
    const total = (random: number) =>
      Array.from({ length: 60 }, (_, index) => seconds(index + 1, random)).reduce((a, b) => a + b);
    expect(total(0) / 3_600).toBeGreaterThan(12);
    expect(total(0.5) / 3_600).toBeGreaterThan(17);
  });
});
