/**
 * A shop whose days are all alike: as many orders, baskets, customers and events each, only of other
 * SKUs and other customers. So what a later day costs more is the cost of what is there already.
 */
import { seededRandom } from "../../cli/seeded-random.ts";
import { composePublication } from "../../lambdas/core/compose-event.ts";
import type { OrderEventType } from "../../lambdas/core/order-event.ts";
import type { OrderItem } from "../../lambdas/core/order-item.ts";

const ORDERS_A_DAY = 260;
export const EVENTS_A_DAY = 1_000;
/** With two in thirteen cancelled, 260 orders have 220 × 4 + 40 × 3 events. */
const isCancelled = (order: number): boolean => order % 13 < 2;

const CATALOGUE = 1_000;
const CUSTOMERS_A_DAY = 130;
const CUSTOMERS = 5_000;
const DAY_MS = 86_400_000;
const FIRST_DAY_MS = Date.UTC(2026, 0, 1, 8);
const SCHEMA_VERSION = "1.0";

const WHOLE: readonly OrderEventType[] = [
  "order.created",
  "order.paid",
  "order.shipped",
  "order.delivered",
];
const CANCELLED: readonly OrderEventType[] = ["order.created", "order.paid", "order.cancelled"];

type Basket = readonly { readonly sku: number; readonly quantity: number }[];

/** The same on each day: one to five SKUs, a tenth of them in half of the baskets' lines. */
const BASKETS: readonly Basket[] = Array.from({ length: ORDERS_A_DAY }, (_, order) => {
  const random = seededRandom(order + 1);
  const size = random.chance(0.4) ? 1 : random.between(2, 5);
  const skus = Array.from({ length: size }, () => Math.floor(CATALOGUE * random.next() ** 3));
  return [...new Set(skus)].map((sku) => ({ sku, quantity: random.between(1, 3) }));
});

/** Others on each day, and no two that were different the same: 37 and 29 share nothing with them. */
const skuOn = (day: number, sku: number) =>
  `sku-${String((sku + 37 * day) % CATALOGUE).padStart(4, "0")}`;
const customerOn = (day: number, order: number) =>
  `customer-${String(((order % CUSTOMERS_A_DAY) + 29 * day) % CUSTOMERS).padStart(5, "0")}`;

const orderOn = (day: number, order: number): OrderItem => {
  const orderId = `day-${String(day).padStart(4, "0")}-order-${String(order).padStart(3, "0")}`;
  const lines = (BASKETS[order] ?? []).map(({ sku, quantity }) => ({
    ...{ sku: skuOn(day, sku), quantity, unitPriceCents: 199 + sku },
  }));
  const types = isCancelled(order) ? CANCELLED : WHOLE;
  const time = new Date(FIRST_DAY_MS + day * DAY_MS + order).toISOString();
  return {
    ...{ orderId, version: types.length },
    status: isCancelled(order) ? "cancelled" : "delivered",
    ...{ customerId: customerOn(day, order), currency: "EUR" },
    totalCents: lines.reduce((sum, line) => sum + line.quantity * line.unitPriceCents, 0),
    lines,
    events: types.map((type, index) => ({
      ...{ id: `${orderId}-event-${index + 1}`, type, time, schemaVersion: SCHEMA_VERSION },
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    })),
  };
};

/** Whole, with all their events: no order goes on on another day. */
export const ordersOn = (day: number): readonly OrderItem[] =>
  Array.from({ length: ORDERS_A_DAY }, (_, order) => orderOn(day, order));

export type DayEvent = { readonly order: OrderItem; readonly sequence: number };

const BATCH = 10;

/** All first events, then all second ones: those of a batch are of as many orders. */
export const batchesOn = (day: number): readonly (readonly DayEvent[])[] => {
  const orders = ordersOn(day);
  const events = [1, 2, 3, 4].flatMap((sequence) =>
    orders.filter(({ version }) => version >= sequence).map((order) => ({ order, sequence })),
  );
  return Array.from({ length: Math.ceil(events.length / BATCH) }, (_, batch) =>
    events.slice(batch * BATCH, (batch + 1) * BATCH),
  );
};

export const bodyOf = ({ order, sequence }: DayEvent): string =>
  composePublication(order, sequence).body;
