import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { composeEvent, composePublication } from "../../lambdas/core/compose-event.ts";
import { orderEventSchemas } from "../../lambdas/core/order-event.ts";
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import { makeOrder, TRACE } from "./make-order.ts";

const order = makeOrder(["pay", "ship", "deliver"]);

/** As a table may give it back: the same values, the keys of every map in another order. */
const reversed = <T>(value: T): T => {
  if (Array.isArray(value)) return value.map(reversed) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, member]) => [key, reversed(member)])) as T;
};

describe("composing an event", () => {
  test("every event is as its schema says", () => {
    for (const sequence of [1, 2, 3, 4]) {
      const event = composeEvent(order, sequence);
      const parsed = v.safeParse(orderEventSchemas[event.type], event);
      expect(parsed.issues).toBeUndefined();
      expect(event).toMatchObject({
        id: `o1-${sequence}`,
        source: "urn:order-event-bus:orders",
        subject: "o1",
        sequence: String(sequence),
        traceparent: TRACE,
      });
    }
  });

  test("the history names the types up to the event and not beyond", () => {
    expect(composeEvent(order, 3).history).toBe("order.created,order.paid,order.shipped");
  });

  test("only the first event carries the lines", () => {
    expect(composeEvent(order, 1).data).toEqual({
      customerId: "c1",
      currency: "EUR",
      totalCents: 1440,
      lines: order.lines,
    });
    expect(composeEvent(order, 2).data).toEqual({
      customerId: "c1",
      currency: "EUR",
      totalCents: 1440,
    });
  });

  test("the bytes stay the same however the table orders keys and however far the order went", () => {
    for (const sequence of [1, 2]) {
      const first = composePublication(makeOrder(["pay"]), sequence);
      expect(composePublication(reversed(order) as OrderItem, sequence)).toEqual(first);
    }
  });

  test("a request's hash stays with the store", () => {
    const [created] = order.events;
    const hashed = { ...order, events: [{ ...created!, requestHash: "secret" }] };
    expect(composePublication(hashed, 1).body).not.toContain("secret");
  });

  test("an event that the order does not have is refused", () => {
    expect(() => composeEvent(order, 5)).toThrow("order o1 has 4 events, not 5");
  });
});
