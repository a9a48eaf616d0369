import { describe, expect, it } from "vitest";
import { recommendation } from "../../lambdas/consumers/recommendation.ts";
import { adjustsOf, makeEvent, makeLines, manySkus, shopWith } from "./make-event.ts";

const effectsFor = (lines: ReturnType<typeof manySkus>) =>
  adjustsOf(recommendation.handle(undefined, makeEvent({ type: "order.created", lines }), {}));
const pairs = (count: number) =>
  effectsFor(manySkus(count)).filter(({ table }) => table === "together");

describe("a created order", () => {
  it("counts what was bought and what was bought together", async () => {
    const { take, items } = shopWith(recommendation);
    await take("o1", { lines: makeLines(["tea", 2], ["pot", 1], ["cup", 4]) });
    await take("o2", { lines: makeLines(["tea", 1], ["pot", 1]) });
    expect(items("bought")).toEqual({
      tea: { bought: 3 },
      pot: { bought: 2 },
      cup: { bought: 4 },
    });
    expect(items("together")).toEqual({
      "cup|pot": { together: 1 },
      "cup|tea": { together: 1 },
      "pot|tea": { together: 2 },
    });
  });

  it("sums its lines of the same SKU, which is no pair with itself", async () => {
    const { take, items } = shopWith(recommendation);
    await take("o1", { lines: makeLines(["tea", 2], ["tea", 3]) });
    expect(items("bought")).toEqual({ tea: { bought: 5 } });
    expect(items("together")).toEqual({});
  });

  it("counts pairs among its first 12 SKUs by id, not by line", () => {
    expect(pairs(12)).toHaveLength(66);
    expect(pairs(13)).toHaveLength(66);
    const reversed = effectsFor(manySkus(13).toReversed());
    const paired = reversed.filter(({ table }) => table === "together");
    expect(paired.map(({ key }) => key.other)).not.toContain("sku-013");
    expect(paired.map(({ key }) => key.sku)).toContain("sku-001");
  });

  it("counts fewer pairs above 33 SKUs, so that row, SKUs and pairs are 100 items at most", () => {
    expect(pairs(33)).toHaveLength(66);
    expect(pairs(34)).toHaveLength(55);
    expect(pairs(99)).toHaveLength(0);
    for (let count = 1; count <= 99; count++) {
      expect(effectsFor(manySkus(count)).length).toBeLessThanOrEqual(99);
    }
  });

  it("names each item once, as a transaction must", () => {
    for (const count of [2, 12, 33, 34, 99]) {
      const keys = effectsFor(manySkus(count)).map(({ table, key }) =>
        JSON.stringify([table, key]),
      );
      expect(new Set(keys).size).toBe(keys.length);
    }
  });
});

it("later steps count nothing", async () => {
  const { take, items, row } = shopWith(recommendation);
  await take("o1", "order.created", "order.paid", "order.cancelled");
  expect(items("bought")).toEqual({ tea: { bought: 1 } });
  expect(row()?.seq).toBe(1);
});
