/** Kinds of backlogs: what each order of it buys, and who buys it. */
import type { Adjust } from "../../lambdas/core/consumer.ts";
import type { OrderEventType } from "../../lambdas/core/order-event.ts";
import type { OrderItem } from "../../lambdas/core/order-item.ts";

export type ConsumerName = "inventory" | "loyalty" | "fraud";

export type OrderShape = {
  readonly name: string;
  readonly consumer: ConsumerName;
  readonly customerOf: (order: number) => string;
  readonly skusOf: (order: number) => readonly string[];
  /** Pieces of every SKU at the start. */
  readonly initialStock: number;
  /** Relative to the other shapes: an order of 90 lines costs the emulator as much as many. */
  readonly share: number;
};

const LINES = 90;
const CATALOGUE = 1_000;
const PLENTY = 1_000_000_000;

const customer = (number: number) => `customer-${number}`;
const sku = (number: number) => `sku-${number}`;
const ninety = (first: number) => Array.from({ length: LINES }, (_, line) => sku(first + line));
/** Spread over the catalogue without chance: a step that shares no factor with its size. */
const scattered = (order: number) =>
  Array.from({ length: LINES }, (_, line) => sku((order * 389 + line * 11) % CATALOGUE));

const spread: OrderShape = {
  name: "spread",
  consumer: "inventory",
  customerOf: customer,
  skusOf: (order) => [sku(order)],
  initialStock: PLENTY,
  share: 1,
};
const hotSku = { ...spread, name: "hot SKU", skusOf: () => [sku(0)] };
const long = { ...spread, share: 0.2 };

/** Each hot backlog with the spread one that it is measured against. */
export const CONTRASTS: readonly { readonly hot: OrderShape; readonly spread: OrderShape }[] = [
  { hot: hotSku, spread },
  {
    hot: {
      ...hotSku,
      name: "hot SKU and 3 others",
      skusOf: (n) => [0, 4 * n + 1, 4 * n + 2, 4 * n + 3].map(sku),
    },
    spread: {
      ...spread,
      name: "spread, 4 SKUs",
      skusOf: (n) => [4 * n, 4 * n + 1, 4 * n + 2, 4 * n + 3].map(sku),
    },
  },
  { hot: { ...hotSku, name: "hot SKU, sold out", initialStock: 0 }, spread },
  {
    hot: {
      ...spread,
      name: "hot customer, loyalty",
      consumer: "loyalty",
      customerOf: () => customer(0),
    },
    spread: { ...spread, name: "spread, loyalty", consumer: "loyalty" },
  },
  {
    hot: {
      ...spread,
      name: "hot customer, fraud",
      consumer: "fraud",
      customerOf: () => customer(0),
    },
    spread: { ...spread, name: "spread, fraud", consumer: "fraud" },
  },
  {
    hot: { ...long, name: "90 lines, all the same SKUs", skusOf: () => ninety(0) },
    spread: { ...long, name: "90 lines, no SKU twice", skusOf: (order) => ninety(order * LINES) },
  },
  {
    hot: { ...long, name: "90 lines of 1,000 SKUs", skusOf: scattered },
    spread: { ...long, name: "90 lines, no SKU twice", skusOf: (order) => ninety(order * LINES) },
  },
];

const TYPES: Readonly<Record<ConsumerName, readonly OrderEventType[]>> = {
  inventory: ["order.created"],
  loyalty: ["order.created", "order.paid"],
  fraud: ["order.created"],
};

const PRICE_CENTS = 1_999;
const AT = "2026-01-01T12:00:00.000Z";

/** The order with all the events that the consumer is to be timed with. */
export const orderOf = (shape: OrderShape, order: number): OrderItem => {
  const orderId = `order-${order}`;
  const lines = shape
    .skusOf(order)
    .map((each) => ({ sku: each, quantity: 1, unitPriceCents: PRICE_CENTS }));
  const types = TYPES[shape.consumer];
  return {
    orderId,
    version: types.length,
    status: types.length === 1 ? "created" : "paid",
    customerId: shape.customerOf(order),
    currency: "EUR",
    totalCents: lines.length * PRICE_CENTS,
    lines,
    events: types.map((type, index) => ({
      id: `${orderId}-${index + 1}`,
      type,
      time: AT,
      schemaVersion: "1.0",
    })),
  };
};

type Sums = ReadonlyMap<string, number>;

/** What the consumer's table must hold at the end, by key: told by the orders, not by the code. */
export const expectedSums = (shape: OrderShape, orders: readonly OrderItem[]): Sums => {
  const sums = new Map<string, number>();
  const add = (key: string, value: number) => sums.set(key, (sums.get(key) ?? 0) + value);
  for (const { customerId, totalCents, lines } of orders) {
    if (shape.consumer === "fraud") add(customerId, 1);
    else if (shape.consumer === "loyalty") add(customerId, Math.floor(totalCents / 100));
    else if (shape.initialStock > 0) for (const line of lines) add(line.sku, line.quantity);
  }
  return sums;
};

/** Where those sums are. */
export const SUM_IN: Readonly<
  Record<
    ConsumerName,
    { readonly table: Adjust["table"]; readonly key: string; readonly sum: string }
  >
> = {
  inventory: { table: "stock", key: "sku", sum: "reserved" },
  loyalty: { table: "points", key: "customerId", sum: "points" },
  fraud: { table: "velocity", key: "customerId", sum: "orders" },
};
