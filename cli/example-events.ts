/** An event of each type, composed as the relay composes them, to be shown in documents. */
import { composeEvent } from "../lambdas/core/compose-event.ts";
import {
  type OrderEventEnvelope,
  type OrderEventType,
  SCHEMA_VERSION,
} from "../lambdas/core/order-event.ts";
import type { OrderItem } from "../lambdas/core/order-item.ts";

const order = (orderId: string, ...types: readonly OrderEventType[]): OrderItem => ({
  orderId,
  version: types.length,
  status: "created",
  customerId: "ada",
  currency: "EUR",
  totalCents: 2_495,
  lines: [{ sku: "teapot", quantity: 1, unitPriceCents: 2_495 }],
  events: types.map((type, index) => ({
    id: `${orderId}-${index + 1}`,
    type,
    time: `2026-01-0${index + 1}T12:00:00.000Z`,
    schemaVersion: SCHEMA_VERSION,
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  })),
});

const delivered = order("tea-1", "order.created", "order.paid", "order.shipped", "order.delivered");
const cancelled = order("tea-2", "order.created", "order.cancelled");

export const exampleEvents: Readonly<Record<OrderEventType, OrderEventEnvelope>> = {
  "order.created": composeEvent(delivered, 1),
  "order.paid": composeEvent(delivered, 2),
  "order.shipped": composeEvent(delivered, 3),
  "order.delivered": composeEvent(delivered, 4),
  "order.cancelled": composeEvent(cancelled, 2),
};
