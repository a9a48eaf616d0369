/** After a discarded predecessor any type may be the first that a consumer hears of an order. */
import { describe, expect, it } from "vitest";
import { fraud } from "../../lambdas/consumers/fraud.ts";
import { inventory } from "../../lambdas/consumers/inventory.ts";
import { loyalty } from "../../lambdas/consumers/loyalty.ts";
import { recommendation } from "../../lambdas/consumers/recommendation.ts";
import { warehouse } from "../../lambdas/consumers/warehouse.ts";
import type { Consumer } from "../../lambdas/core/consumer.ts";
import { EVENT_TYPES } from "../../lambdas/core/order-event.ts";
import { adjustsOf, makeEvent } from "./make-event.ts";

const consumers = [inventory, loyalty, recommendation, warehouse, fraud].map(
  (consumer) => consumer as unknown as Consumer,
);

describe.each(consumers.map((consumer) => ({ name: consumer.name, consumer })))(
  "$name",
  ({ consumer }) => {
    it.each(EVENT_TYPES)("has a meaning for %s of an order it has not heard of", (type) => {
      const event = makeEvent({ type, sequence: 4 });
      const change = consumer.handle(undefined, event, {});
      expect(change).toEqual(consumer.handle(undefined, event, {}));
      for (const { add } of adjustsOf(change)) {
        for (const number of Object.values(add)) expect(Number.isSafeInteger(number)).toBe(true);
      }
    });

    it("keeps nothing between two calls: the same state and event give the same change", () => {
      const [first, second] = [1, 2].map((sequence) => makeEvent({ sequence }));
      const { state } = consumer.handle(undefined, first!, {});
      const once = consumer.handle(state, second!, {});
      consumer.handle(undefined, makeEvent({ orderId: "o2" }), {});
      expect(consumer.handle(state, second!, {})).toEqual(once);
    });
  },
);

it("a shipped or cancelled order that inventory never saw created moves no stock", () => {
  for (const type of ["order.shipped", "order.cancelled"] as const) {
    expect(adjustsOf(inventory.handle(undefined, makeEvent({ type }), {}))).toEqual([]);
  }
});

it("a cancel that loyalty never saw paid takes no points", () => {
  expect(adjustsOf(loyalty.handle(undefined, makeEvent({ type: "order.cancelled" }), {}))).toEqual(
    [],
  );
});
