import type { OrderLine } from "./order-event.ts";

/** Quantities by SKU, in the order of the SKUs: an order may name one in several lines. */
export const sumBySku = (lines: readonly OrderLine[]): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>();
  for (const { sku, quantity } of lines) sums.set(sku, (sums.get(sku) ?? 0) + quantity);
  return new Map([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
};
