import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { composeEvent, composePublication } from "../../lambdas/core/compose-event.ts";
import { MAX_ITEM_BYTES } from "../../lambdas/core/decide-step.ts";
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
        subject: "o1",
        sequence: String(sequence),
        traceparent: TRACE,
      });
    }
  });

  test("the history names the types up to the event and not beyond", () => {
    expect(composeEvent(order, 3).history).toBe("order.created,order.paid,order.shipped");
  });

  /**
   * Found by a long run: a poison order with 300 followers was repaired and redriven, and could not
   * get beyond its 299th event. The store takes orders of any length that fit into 300 KB, but the
   * schema took a history of 4,096 characters, so every consumer refused the rest as invalid.
   */
  test("every event of the longest order that the store takes is as its schema says", () => {
    const short = { id: "1", type: "order.delivered", time: "2026-01-01T00:00:00Z" } as const;
    const event = { ...short, schemaVersion: "1.0" };
    const room = MAX_ITEM_BYTES - JSON.stringify(order).length;
    const more = Math.ceil(room / (JSON.stringify(event).length + 1));
    const events = [...order.events, ...Array.from({ length: more }, () => event)];
    expect(events.length).toBeGreaterThan(3_000);
    const last = composeEvent({ ...order, version: events.length, events }, events.length);
    expect(v.safeParse(orderEventSchemas[last.type], last).issues).toBeUndefined();
    expect(JSON.stringify(last).length).toBeLessThan(256 * 1024);
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
