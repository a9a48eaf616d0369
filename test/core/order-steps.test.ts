import { expect, test } from "vitest";
import { EVENT_TYPES, type OrderEventType } from "../../lambdas/core/order-event.ts";
import { statusAfter, stepsFrom } from "../../lambdas/core/order-steps.ts";

test("an event's type says which status its order has then", () => {
  expect(EVENT_TYPES.map(statusAfter)).toEqual([
    "created",
    "paid",
    "shipped",
    "delivered",
    "cancelled",
  ]);
});

test("a type that no step leads to is a broken invariant, and is named", () => {
  const unknown = "order.returned" as OrderEventType;
  expect(() => statusAfter(unknown)).toThrow("no step leads to the event type order.returned");
});

test("an order is paid, shipped and delivered, or cancelled before it is shipped", () => {
  expect(stepsFrom("created")).toEqual(["pay", "cancel"]);
  expect(stepsFrom("paid")).toEqual(["ship", "cancel"]);
  expect(stepsFrom("shipped")).toEqual(["deliver"]);
  expect(stepsFrom("delivered")).toEqual([]);
  expect(stepsFrom("cancelled")).toEqual([]);
});
