/**
 * Composes the full event that a consumer receives from what the order item keeps of it.
 *
 * The same order and sequence give the same bytes for ever, whenever and wherever they are
 * composed: an event is published again under its own id, and must then be the same event. So every
 * object is built here, key by key: DynamoDB does not keep the order of a map's keys.
 */
import { EVENT_SOURCE, type OrderEventEnvelope } from "./order-event.ts";
import type { OrderItem } from "./order-item.ts";
import type { Publication } from "./ports.ts";

export const composeEvent = (order: OrderItem, sequence: number): OrderEventEnvelope => {
  const event = order.events[sequence - 1];
  if (event === undefined) {
    throw new Error(`order ${order.orderId} has ${order.events.length} events, not ${sequence}`);
  }
  const { customerId, currency, totalCents } = order;
  const envelope = {
    specversion: "1.0",
    id: event.id,
    source: EVENT_SOURCE,
    subject: order.orderId,
    time: event.time,
    sequence: String(sequence),
    sequencetype: "Integer",
    datacontenttype: "application/json",
    schemaversion: event.schemaVersion,
    history: order.events
      .slice(0, sequence)
      .map(({ type }) => type)
      .join(","),
    ...(event.traceparent === undefined ? {} : { traceparent: event.traceparent }),
  } as const;
  const data = { customerId, currency, totalCents };
  if (event.type !== "order.created") return { ...envelope, type: event.type, data };
  const lines = order.lines.map(({ sku, quantity, unitPriceCents }) => ({
    sku,
    quantity,
    unitPriceCents,
  }));
  return { ...envelope, type: event.type, data: { ...data, lines } };
};

export const composePublication = (order: OrderItem, sequence: number): Publication => {
  const envelope = composeEvent(order, sequence);
  return {
    orderId: order.orderId,
    sequence,
    eventId: envelope.id,
    body: JSON.stringify(envelope),
  };
};
