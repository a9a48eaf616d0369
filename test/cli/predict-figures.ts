/**
 * What a bus must hold after a trace, worked out from the trace alone and without a line of the
 * bus's own code: whoever breaks a rule there does not break it here as well.
 */
import { createHash } from "node:crypto";
import type { Figures } from "../../cli/read-figures.ts";
import type { PlaceLine, TraceLine } from "../../cli/trace-line.ts";

const NEXT: Record<string, Record<string, string>> = {
  created: { pay: "paid", cancel: "cancelled" },
  paid: { ship: "shipped", cancel: "cancelled" },
  shipped: { deliver: "delivered" },
};

type Order = { readonly placed: PlaceLine; readonly statuses: string[] };

export type Prediction = Omit<Figures, "deadLetters"> & { readonly refused: number };

const follow = (lines: Iterable<TraceLine>) => {
  const orders = new Map<string, Order>();
  let refused = 0;
  for (const line of lines) {
    const order = orders.get(line.orderId);
    if (line.action === "place") {
      if (order === undefined) orders.set(line.orderId, { placed: line, statuses: ["created"] });
      else refused++;
      continue;
    }
    const next = NEXT[order?.statuses.at(-1) ?? ""]?.[line.action];
    if (next === undefined) refused++;
    else order?.statuses.push(next);
  }
  return { orders: [...orders.values()], refused };
};

/** Events of a trace that bring an order to one of these. */
export const countEvents = (lines: Iterable<TraceLine>, statuses: readonly string[]): number =>
  follow(lines)
    .orders.flatMap((order) => order.statuses)
    .filter((status) => statuses.includes(status)).length;

const quantities = ({ placed }: Order): Map<string, number> => {
  const sums = new Map<string, number>();
  for (const { sku, quantity } of placed.lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity);
  return sums;
};

const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);

const predictInventory = (orders: readonly Order[]) => {
  const skus = new Set<string>();
  let reserved = 0;
  let shipped = 0;
  for (const order of orders) {
    const held = quantities(order);
    for (const sku of held.keys()) skus.add(sku);
    if (order.statuses.includes("shipped")) shipped += sum(held.values());
    else if (!order.statuses.includes("cancelled")) reserved += sum(held.values());
  }
  return { reserved, shipped, skus: skus.size };
};

const predictLoyalty = (orders: readonly Order[]) => {
  const paid = orders.filter(({ statuses }) => statuses.includes("paid"));
  const kept = paid.filter(({ statuses }) => !statuses.includes("cancelled"));
  const points = kept.map(({ placed }) =>
    Math.floor(sum(placed.lines.map((line) => line.quantity * line.unitPriceCents)) / 100),
  );
  return {
    points: sum(points),
    customers: new Set(paid.map(({ placed }) => placed.customerId)).size,
  };
};

const predictRecommendation = (orders: readonly Order[]) => {
  const pairs = new Set<string>();
  let together = 0;
  let bought = 0;
  for (const order of orders) {
    const sums = quantities(order);
    bought += sum(sums.values());
    const skus = [...sums.keys()].sort().slice(0, 12);
    for (const [index, one] of skus.entries()) {
      for (const other of skus.slice(index + 1)) {
        pairs.add(`${one} ${other}`);
        together++;
      }
    }
  }
  return { pairs: pairs.size, together, bought };
};

const predictFraud = (orders: readonly Order[]) => {
  const chainOf = ({ statuses }: Order): string =>
    statuses.reduce(
      (chain, status, index) =>
        createHash("sha256")
          .update(`${chain}\n${index + 1}\norder.${status}`)
          .digest("hex"),
      "",
    );
  const xor = orders.reduce((all, order) => all ^ BigInt(`0x${chainOf(order)}`), 0n);
  return { chains: orders.length, xor: `0x${xor.toString(16)}` };
};

export const predictFigures = (lines: Iterable<TraceLine>): Prediction => {
  const { orders, refused } = follow(lines);
  const final: Record<string, number> = {};
  for (const { statuses } of orders) {
    const last = statuses.at(-1) ?? "";
    final[last] = (final[last] ?? 0) + 1;
  }
  const events = sum(orders.map(({ statuses }) => statuses.length));
  return {
    orders: orders.length,
    events,
    refused,
    final,
    inventory: predictInventory(orders),
    loyalty: predictLoyalty(orders),
    recommendation: predictRecommendation(orders),
    warehouse: { facts: events },
    fraud: predictFraud(orders),
  };
};
