import { expect, it } from "vitest";
import { batchesOn, bodyOf, EVENTS_A_DAY, ordersOn } from "../../../bench/growth/shop-day.ts";
import { readOrderItem } from "../../../lambdas/core/read-order-item.ts";

const DAYS = [0, 1, 99, 999];

/** What a transaction sees of a batch: how many SKUs and customers its orders share. */
const shapeOf = (day: number) =>
  batchesOn(day).map((batch) => ({
    types: batch.map(({ order, sequence }) => order.events[sequence - 1]!.type),
    quantities: batch.map(({ order }) => order.lines.map(({ quantity }) => quantity)),
    skus: new Set(batch.flatMap(({ order }) => order.lines.map(({ sku }) => sku))).size,
    customers: new Set(batch.map(({ order }) => order.customerId)).size,
    bytes: batch.map((event) => bodyOf(event).length),
  }));

it.each(DAYS)("day %i has as many events as any, in batches of ten different orders", (day) => {
  const batches = batchesOn(day);
  expect(batches.flat()).toHaveLength(EVENTS_A_DAY);
  for (const batch of batches) {
    expect(new Set(batch.map(({ order }) => order.orderId)).size).toBe(batch.length);
  }
});

it("has days that differ in nothing but names", () => {
  const first = shapeOf(0);
  for (const day of DAYS) expect(shapeOf(day)).toEqual(first);
});

it("has no order on two days, and valid ones", () => {
  const orders = DAYS.flatMap(ordersOn);
  expect(new Set(orders.map(({ orderId }) => orderId)).size).toBe(orders.length);
  for (const order of orders) expect(readOrderItem(order).kind).toBe("order");
});
