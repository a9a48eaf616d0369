/**
 * What was wrong: a poison order with 300 followers was repaired and redriven, and could not get
 * beyond its 299th event: every consumer refused the rest as invalid. A long run found it.
 *
 * Why: the store takes orders of any length that fit into 300 KB, but the events' schema took a
 * history of 4,096 characters.
 *
 * What fixed it: the schema takes more than any order that fits into the store can have.
 */
import * as v from "valibot";
import { expect, it } from "vitest";
import { composeEvent } from "../../lambdas/core/compose-event.ts";
import { MAX_ITEM_BYTES } from "../../lambdas/core/decide-step.ts";
import { orderEventSchemas } from "../../lambdas/core/order-event.ts";
import { makeOrder } from "../core/make-order.ts";

it("every event of the longest order that the store takes is as its schema says", () => {
  const order = makeOrder(["pay", "ship", "deliver"]);
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
