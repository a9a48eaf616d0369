/** Recommendation: what is bought, and what is bought together. */
import { consumerFunction } from "../aws/consumer-function.ts";
import type { Adjust, Consumer } from "../core/consumer.ts";
import { sumBySku } from "../core/sum-by-sku.ts";

/** Pairs are counted among so many SKUs of a basket; a transaction holds 100 items (5.1). */
const PAIRED_SKUS = 12;
const TRANSACTION_ITEMS = 100;

const pairsOf = (skus: readonly string[]): [string, string][] =>
  skus.flatMap((sku, index) =>
    skus.slice(index + 1).map((other): [string, string] => [sku, other]),
  );

/** 12 SKUs, fewer in a basket of over 33, so that row, SKUs and pairs fit one transaction. */
const pairedSkus = (skus: readonly string[]): readonly string[] => {
  const room = TRANSACTION_ITEMS - 1 - skus.length;
  let count = Math.min(PAIRED_SKUS, skus.length);
  while ((count * (count - 1)) / 2 > room) count--;
  return skus.slice(0, count);
};

export const recommendation: Consumer = {
  name: "recommendation",
  handles: ["order.created"],
  handle: (_state, event) => {
    if (event.type !== "order.created") return {};
    const bought = sumBySku(event.data.lines);
    return {
      effects: [
        ...[...bought].map(
          ([sku, quantity]): Adjust => ({
            kind: "adjust",
            table: "bought",
            key: { sku },
            add: { bought: quantity },
          }),
        ),
        ...pairsOf(pairedSkus([...bought.keys()])).map(
          ([sku, other]): Adjust => ({
            kind: "adjust",
            table: "together",
            key: { sku, other },
            add: { together: 1 },
          }),
        ),
      ],
    };
  },
};

export const handler = consumerFunction(recommendation);
