import { describe, expect, it } from "vitest";
import {
  type Appended,
  type AppendRequest,
  appendEvent,
  type NewEvent,
} from "../../lambdas/core/append-event.ts";
import { MAX_ITEM_BYTES } from "../../lambdas/core/decide-step.ts";
import type { OrderEventType } from "../../lambdas/core/order-event.ts";
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import { readEntries } from "../../lambdas/core/relay-entries.ts";
import { TRACE } from "./make-order.ts";

const ORDER = {
  orderId: "a-1",
  customerId: "ada",
  currency: "EUR",
  totalCents: 500,
  lines: [{ sku: "tea", quantity: 1, unitPriceCents: 500 }],
};
const eventOf = (type: OrderEventType, id: string = type): NewEvent => ({
  ...{ id, type, time: "2026-01-01T00:00:00.000Z" },
});
const append = (outbox: unknown, type: OrderEventType, more: Partial<AppendRequest> = {}) =>
  appendEvent({ attribute: "outbox", outbox, order: ORDER, event: eventOf(type), ...more });
const outboxOf = (appended: Appended): OrderItem => {
  if (appended.kind !== "append") throw new Error(JSON.stringify(appended));
  return appended.outbox;
};
const create = (): OrderItem => outboxOf(append(undefined, "order.created"));

describe("the first event of an order", () => {
  it("makes the outbox, on the condition that there is none", () => {
    const appended = append(undefined, "order.created");
    const outbox = {
      ...{ ...ORDER, version: 1, status: "created" },
      events: [{ ...eventOf("order.created"), schemaVersion: "1.0" }],
    };
    expect(appended).toStrictEqual({
      kind: "append",
      set: "#outbox = :outbox",
      condition: "attribute_not_exists(#outbox)",
      names: { "#outbox": "outbox" },
      values: { ":outbox": outbox },
      outbox,
    });
  });

  it("keeps the trace context of the call that caused it", () => {
    const event = { ...eventOf("order.created"), traceparent: TRACE };
    const { events } = outboxOf(append(undefined, "order.created", { event }));
    expect(events[0]?.traceparent).toBe(TRACE);
  });

  it("may be preceded by the steps of an order that is older than its outbox", () => {
    const earlier = [eventOf("order.created"), eventOf("order.paid")];
    const outbox = outboxOf(append(undefined, "order.shipped", { earlier }));
    expect(outbox.events.map(({ type }) => type)).toEqual([
      "order.created",
      "order.paid",
      "order.shipped",
    ]);
    expect(outbox).toMatchObject({ version: 3, status: "shipped" });
  });

  it("is refused when it is another step than the creation, which alone tells the lines", () => {
    expect(append(undefined, "order.paid")).toEqual({
      kind: "refused",
      reason:
        "the first event is order.paid; allowed: order.created. Give the steps before it as `earlier`.",
    });
  });
});

describe("a further event", () => {
  it("is appended on the condition that the order has not moved on", () => {
    const appended = append(create(), "order.paid");
    expect(appended).toMatchObject({
      set:
        "#outbox.#outboxVersion = :outboxVersion, #outbox.#outboxStatus = :outboxStatus, " +
        "#outbox.#outboxEvents = list_append(#outbox.#outboxEvents, :outboxAdded)",
      condition: "#outbox.#outboxVersion = :outboxBefore",
      names: {
        "#outbox": "outbox",
        "#outboxVersion": "version",
        "#outboxStatus": "status",
        "#outboxEvents": "events",
      },
      values: {
        ":outboxBefore": 1,
        ":outboxVersion": 2,
        ":outboxStatus": "paid",
        ":outboxAdded": [{ id: "order.paid", type: "order.paid", schemaVersion: "1.0" }],
      },
    });
  });

  it("is published by the relay as the next of its order, in the body of every other event", () => {
    const record = { recordId: "1", orderId: "a-1", kind: "written" as const };
    const after = outboxOf(append(create(), "order.paid"));
    const [entry, ...more] = readEntries({ ...record, oldImage: create(), newImage: after }, 0);
    expect(more).toEqual([]);
    const body = entry?.content.kind === "event" ? entry.content.publication.body : "none";
    expect(JSON.parse(body)).toMatchObject({
      subject: "a-1",
      sequence: "2",
      history: "order.created,order.paid",
    });
  });

  it("that is there already is not written again, whatever has followed it", () => {
    const paid = outboxOf(append(create(), "order.paid"));
    const later = outboxOf(append(paid, "order.shipped"));
    expect(append(later, "order.created")).toEqual({ kind: "repeated", sequence: 1 });
    expect(append(later, "order.paid")).toEqual({ kind: "repeated", sequence: 2 });
  });

  it("is appended alone, also by a caller that goes on giving the steps before the outbox", () => {
    const earlier = [eventOf("order.created", "long ago")];
    const { events } = outboxOf(append(create(), "order.paid", { earlier }));
    expect(events.map(({ id }) => id)).toEqual(["order.created", "order.paid"]);
  });

  it("leaves alone what a newer version has put into the outbox", () => {
    const newer = { ...create(), channel: "web" };
    expect(outboxOf(append(newer, "order.paid"))).toMatchObject({ channel: "web" });
  });
});

describe("refused", () => {
  const reasonOf = (appended: Appended) => (appended.kind === "refused" ? appended.reason : "not");

  it("an unknown step among the earlier ones, where the others are known", () => {
    const lost = { ...eventOf("order.paid"), type: "order.lost" as OrderEventType };
    const earlier = [eventOf("order.created"), lost];
    const appended = append(undefined, "order.shipped", { earlier });
    expect(appended.kind === "refused" ? appended.reason : "not").toMatch(
      /^an event's type is unknown; allowed: order\.created, order\.paid/,
    );
  });

  it.each<[string, () => unknown, Partial<AppendRequest>, RegExp]>([
    ["the outbox of another order", () => ({ ...create(), orderId: "b-2" }), {}, /another order's/],
    ["an outbox that is none", () => ({ orderId: "a-1" }), {}, /the outbox is not as an order's/],
    [
      "a second creation",
      create,
      { event: eventOf("order.created", "x") },
      /^event 2 is order.created; allowed: only as the first/,
    ],
    [
      "a type that nobody knows",
      create,
      { event: { ...eventOf("order.paid"), type: "order.lost" as OrderEventType } },
      /order\.created, order\.paid/,
    ],
    ["a time that is none", create, { event: { ...eventOf("order.paid"), time: "now" } }, /time/],
    [
      "a time that a schema takes and no clock can read",
      create,
      { event: { ...eventOf("order.paid"), time: "2026-01-01T00:00:00+02" } },
      /^an event's time is no instant/,
    ],
    [
      "an id that SNS does not take",
      create,
      { event: eventOf("order.paid", "pay 1") },
      /SNS takes/,
    ],
    [
      "a step under the id of another, which would pass for done",
      create,
      { event: eventOf("order.paid", "order.created") },
      /^the event's id is that of event 1, which is order.created/,
    ],
    ["an event without an id", create, { event: eventOf("order.paid", "") }, /events\.1\.id/],
  ])("%s", (_what, outbox, more, reason) => {
    expect(reasonOf(append(outbox(), "order.paid", more))).toMatch(reason);
  });

  it("one id for two steps, of which the topic would drop the second", () => {
    const earlier = [eventOf("order.created", "same"), eventOf("order.paid", "other")];
    const event = eventOf("order.shipped", "same");
    expect(reasonOf(append(undefined, "order.shipped", { earlier, event }))).toBe(
      "two of the events have the same id; allowed: an id of its own for each step.",
    );
  });

  it("an earlier step that SNS would not take, as much as the last", () => {
    const earlier = [eventOf("order.created", "größe")];
    expect(reasonOf(append(undefined, "order.paid", { earlier }))).toBe(
      "an event's id is none that SNS takes; allowed: printable ASCII characters without spaces, such as a UUID.",
    );
    const untimed = [{ ...eventOf("order.created"), time: "2026-01-01T00:00:00+02" }];
    expect(reasonOf(append(undefined, "order.paid", { earlier: untimed }))).toBe(
      "an event's time is no instant; allowed: one such as 2026-01-01T00:00:00Z.",
    );
  });

  it("an order without lines, or with an id that no consumer would take", () => {
    for (const wrong of [{ lines: [] }, { orderId: "a 1" }, { customerId: "Ann Lee" }]) {
      const order = { ...ORDER, ...wrong };
      const reason = reasonOf(append(undefined, "order.created", { order }));
      expect(reason).toContain(Object.keys(wrong)[0]);
      expect(reason).not.toContain("Ann");
    }
  });

  it("more than DynamoDB could keep in one item beside your own attributes, to the byte", () => {
    const outboxWith = (note: string) => append({ ...create(), note }, "order.paid");
    const bytes = Buffer.byteLength(JSON.stringify(outboxOf(outboxWith(""))));
    const note = "x".repeat(MAX_ITEM_BYTES - bytes);
    expect(outboxWith(note).kind).toBe("append");
    expect(reasonOf(outboxWith(`${note}x`))).toBe(
      `the outbox would have ${MAX_ITEM_BYTES + 1} bytes; allowed: ${MAX_ITEM_BYTES}. ` +
        "An order has too many steps or lines.",
    );
  });
});
