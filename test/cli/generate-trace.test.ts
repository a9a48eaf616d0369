import { createHash } from "node:crypto";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { generateTrace } from "../../cli/generate-trace.ts";
import { traceLineSchema } from "../../cli/trace-line.ts";
import { predictFigures } from "./predict-figures.ts";

const hashOf = (lines: readonly object[]): string =>
  createHash("sha256")
    .update(lines.map((line) => JSON.stringify(line)).join("\n"))
    .digest("hex");

describe("the generated trace", () => {
  it("is the same bytes for a seed, for ever", () => {
    expect(hashOf(generateTrace(1))).toBe(
      "816de9a627f218cd694f1401a5d589bc4d112a058200998023000bf8646a4f3d",
    );
    expect(hashOf(generateTrace(2))).not.toBe(hashOf(generateTrace(1)));
  });

  it("is a trace in the order of time, whose orders begin with their placement", () => {
    const lines = generateTrace(3);
    const placed = new Set<string>();
    for (const [index, line] of lines.entries()) {
      expect(v.is(traceLineSchema, line)).toBe(true);
      expect(line.at >= (lines[index - 1]?.at ?? "")).toBe(true);
      expect(placed.has(line.orderId)).toBe(line.action !== "place");
      placed.add(line.orderId);
    }
    expect(placed.size).toBe(300);
  });

  it("has something to do for every consumer, and something to refuse", () => {
    const { final, refused, loyalty, recommendation } = predictFigures(generateTrace(1));
    expect(Object.keys(final).sort()).toEqual(
      ["cancelled", "created", "delivered", "paid", "shipped"].sort(),
    );
    expect(refused).toBeGreaterThan(10);
    expect(loyalty.customers).toBeLessThan(300);
    // Popular SKUs: some pairs are bought together again.
    expect(recommendation.together).toBeGreaterThan(recommendation.pairs);
  });

  it.each([
    [-1, 10, /the seed is -1; allowed: a whole number from 0/],
    [1, 0, /0 orders; allowed: a whole number from 1 to 1000000/],
    [1, 1.5, /1.5 orders/],
  ])("refuses seed %s with %s orders", (seed, orders, message) => {
    expect(() => generateTrace(seed, orders)).toThrow(message);
  });
});
