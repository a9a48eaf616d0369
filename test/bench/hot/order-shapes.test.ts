import { describe, expect, it } from "vitest";
import { CONTRASTS, expectedSums, orderOf } from "../../../bench/hot/order-shapes.ts";
import { readOrderItem } from "../../../lambdas/core/read-order-item.ts";

const ORDERS = 60;
const ordersOf = (shape: (typeof CONTRASTS)[number]["hot"]) =>
  Array.from({ length: ORDERS }, (_, index) => orderOf(shape, index));

describe.each(CONTRASTS)("$hot.name", ({ hot, spread }) => {
  it("has the same number of lines as what it is measured against, at the same consumer", () => {
    const lines = (shape: typeof hot) => ordersOf(shape).map((order) => order.lines.length);
    expect(lines(hot)).toEqual(lines(spread));
    expect(hot.consumer).toBe(spread.consumer);
  });

  it("is made of valid orders, no SKU twice in one", () => {
    for (const order of [...ordersOf(hot), ...ordersOf(spread)]) {
      expect(readOrderItem(order).kind).toBe("order");
      expect(new Set(order.lines.map(({ sku }) => sku)).size).toBe(order.lines.length);
    }
  });

  it("has spread orders that share nothing", () => {
    const sums = [...expectedSums(spread, ordersOf(spread)).keys()];
    const perOrder = spread.consumer === "inventory" ? spread.skusOf(0).length : 1;
    expect(sums).toHaveLength(ORDERS * perOrder);
  });
});

it("expects every piece of the hot SKU, and none where it is sold out", () => {
  const sumsOf = (name: string) => {
    const hot = CONTRASTS.map((contrast) => contrast.hot).find((shape) => shape.name === name)!;
    return expectedSums(hot, ordersOf(hot));
  };
  expect(sumsOf("hot SKU")).toEqual(new Map([["sku-0", ORDERS]]));
  expect(sumsOf("hot SKU, sold out")).toEqual(new Map());
  expect(sumsOf("hot customer, fraud")).toEqual(new Map([["customer-0", ORDERS]]));
});
