import type { OrderLine } from "../../../lambdas/core/order-event.ts";

/** Quantities by SKU, in the order of the SKUs. */
export const piecesBySku = (lines: readonly OrderLine[] = []): readonly [string, number][] => {
  const sums: Record<string, number> = Object.create(null);
  for (const { sku, quantity } of lines) sums[sku] = (sums[sku] ?? 0) + quantity;
  return Object.entries(sums).toSorted(([a], [b]) => (a < b ? -1 : 1));
};

const PAIRED_SKUS = 12;
/** A transaction holds 100 items (5.1), of which one is the watermark's or the marker's. */
const ROOM = 99;

/** Every two of the basket's first SKUs: of 12, and of fewer where a transaction cannot hold more. */
export const pairsOf = (skus: readonly string[]): readonly (readonly [string, string])[] => {
  let count = Math.min(PAIRED_SKUS, skus.length);
  while (skus.length + (count * (count - 1)) / 2 > ROOM) count--;
  const paired = skus.slice(0, count);
  return paired.flatMap((sku, index) =>
    paired.slice(index + 1).map((other) => [sku, other] as const),
  );
};
