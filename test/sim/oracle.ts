/**
 * What the five consumers' tables must hold, worked out from the events in the sequence in which
 * they were applied, and without a line of the consumers' own code. The sequence matters where stock
 * is short, and where a customer's orders of a day are counted.
 */
import { createHash } from "node:crypto";
import type { OrderItem, StoredEvent } from "../../lambdas/core/order-item.ts";
import type { Bus } from "./bus.ts";

/** By table, then key, then attribute; what is missing is 0. */
export type Numbers = Map<string, Map<string, Record<string, number>>>;

export type Expected = {
  readonly numbers: Numbers;
  /** Fields of the orders' rows. */
  readonly rows: Map<string, Record<string, unknown>>;
  /** Facts by key. */
  readonly facts: Map<string, Record<string, unknown>>;
};

export type Applied = {
  readonly order: OrderItem;
  readonly event: StoredEvent;
  readonly sequence: number;
  /** The bounds were met at an earlier instant than the one at which it was applied. */
  readonly otherwise: boolean;
};

/** What the world began with. */
export type Start = { readonly stock: number; readonly velocity: ReadonlyMap<string, number> };

const itemOf = (numbers: Numbers, table: string, key: string): Record<string, number> => {
  const items = numbers.get(table) ?? new Map<string, Record<string, number>>();
  numbers.set(table, items);
  const item = items.get(key) ?? {};
  items.set(key, item);
  return item;
};

const increase = (item: Record<string, number>, attribute: string, by: number): void => {
  item[attribute] = (item[attribute] ?? 0) + by;
};

const piecesOf = ({ lines }: OrderItem): [string, number][] => {
  const sums: Record<string, number> = {};
  for (const { sku, quantity } of lines) increase(sums, sku, quantity);
  return Object.entries(sums).sort(([a], [b]) => (a < b ? -1 : 1));
};

type Fold = (applied: Applied, expected: Expected) => void;

const foldInventory = ({ stock }: Start): Fold => {
  const onHand: Record<string, number> = {};
  const reserved: Record<string, number> = {};
  const held = new Map<string, "reserved" | "backordered">();
  return ({ order, event, otherwise }, { numbers }) => {
    const pieces = piecesOf(order);
    const free = (sku: string): number => (onHand[sku] ?? stock) - (reserved[sku] ?? 0);
    const how = held.get(order.orderId);
    if (event.type === "order.created") {
      const fits = !otherwise && pieces.every(([sku, count]) => free(sku) >= count);
      held.set(order.orderId, fits ? "reserved" : "backordered");
      if (fits) for (const [sku, count] of pieces) increase(reserved, sku, count);
    } else if (event.type === "order.cancelled") {
      if (how === "reserved") for (const [sku, count] of pieces) increase(reserved, sku, -count);
      held.delete(order.orderId);
    } else if (event.type === "order.shipped" && how !== undefined) {
      for (const [sku, count] of pieces) {
        if (how === "reserved") increase(reserved, sku, -count);
        onHand[sku] = (onHand[sku] ?? stock) - count;
        increase(itemOf(numbers, "stock", sku), "shipped", count);
      }
      held.delete(order.orderId);
    }
    for (const sku of new Set([...Object.keys(onHand), ...Object.keys(reserved)])) {
      const item = itemOf(numbers, "stock", sku);
      item.onHand = onHand[sku] ?? stock;
      item.reserved = reserved[sku] ?? 0;
      item.available = item.onHand - item.reserved;
    }
  };
};

const foldLoyalty = (): Fold => {
  const earned = new Map<string, number>();
  return ({ order, event }, { numbers }) => {
    const { orderId, customerId, totalCents } = order;
    const points = Math.floor(totalCents / 100);
    const item = itemOf(numbers, "points", customerId);
    if (event.type === "order.paid") {
      increase(item, "points", points);
      earned.set(orderId, points);
    }
    if (event.type === "order.cancelled") increase(item, "points", -(earned.get(orderId) ?? 0));
  };
};

const foldRecommendation =
  (): Fold =>
  ({ order, event }, { numbers }) => {
    if (event.type !== "order.created") return;
    const pieces = piecesOf(order);
    pieces.forEach(([sku, count], index) => {
      increase(itemOf(numbers, "bought", sku), "bought", count);
      for (const [other] of pieces.slice(index + 1)) {
        increase(itemOf(numbers, "together", `${sku}|${other}`), "together", 1);
      }
    });
  };

const foldWarehouse =
  (): Fold =>
  ({ order, event, sequence }, { facts }) => {
    const { orderId, customerId, currency, totalCents } = order;
    const { id: eventId, type, time } = event;
    const day = time.slice(0, 10);
    const amounts = { customerId, currency, totalCents };
    facts.set(`${day}|${eventId}`, { day, eventId, orderId, sequence, type, time, ...amounts });
  };

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const foldFraud =
  (): Fold =>
  ({ order, event, sequence }, { numbers, rows }) => {
    const before = rows.get(order.orderId);
    const chain = sha256(`${before?.chain ?? ""}\n${sequence}\n${event.type}`);
    rows.set(order.orderId, { ...before, chain });
    if (event.type !== "order.created") return;
    const key = `${order.customerId}|${event.time.slice(0, 10)}`;
    const item = itemOf(numbers, "velocity", key);
    const pieces = piecesOf(order).reduce((sum, [, count]) => sum + count, 0);
    const amount = order.totalCents >= 100_000;
    const quantity = pieces >= 20;
    const often = (item.orders ?? 0) >= 5;
    increase(item, "orders", 1);
    const rules = [amount && "amount", quantity && "quantity", often && "velocity"].filter(Boolean);
    const score = (amount ? 40 : 0) + (quantity ? 20 : 0) + (often ? 40 : 0);
    rows.set(order.orderId, { chain, rules, score });
  };

const FOLDS: Readonly<Record<string, (start: Start) => Fold>> = {
  inventory: foldInventory,
  loyalty: foldLoyalty,
  recommendation: foldRecommendation,
  warehouse: foldWarehouse,
  fraud: foldFraud,
};

/** `undefined` where it is none of the five. */
export const expectedOf = (bus: Bus, consumer: string, start: Start): Expected | undefined => {
  const fold = FOLDS[consumer]?.(start);
  if (fold === undefined) return undefined;
  const expected: Expected = { numbers: new Map(), rows: new Map(), facts: new Map() };
  for (const [key, orders] of start.velocity)
    itemOf(expected.numbers, "velocity", key).orders = orders;
  for (const { consumer: whose, orderId, toSeq, otherwise } of bus.history.applied) {
    const order = bus.orders.get(orderId);
    const event = order?.events[toSeq - 1];
    if (whose !== consumer || order === undefined || event === undefined) continue;
    fold({ order, event, sequence: toSeq, otherwise }, expected);
  }
  return expected;
};
