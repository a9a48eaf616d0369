/** What an order is about: drawn for each, small enough that orders share customers and SKUs. */
import type { NewOrder } from "../../lambdas/core/decide-step.ts";
import { prng, seedOf } from "./prng.ts";

export type Goods = NewOrder;

const CUSTOMERS = 2;
const SKUS = 4;

export const goodsOf = (worldSeed: number, orderId: string): Goods => {
  const random = prng(seedOf(worldSeed, "goods", orderId));
  return {
    customerId: `customer-${random.below(CUSTOMERS)}`,
    currency: "EUR",
    lines: Array.from({ length: 1 + random.below(3) }, () => ({
      sku: `sku-${random.below(SKUS)}`,
      quantity: 1 + random.below(12),
      unitPriceCents: random.pick([99, 250, 20_000]),
    })),
  };
};

export const totalCentsOf = ({ lines }: Goods): number =>
  lines.reduce((sum, { quantity, unitPriceCents }) => sum + quantity * unitPriceCents, 0);

/** How many orders each customer has had on the first day before the world begins. */
export const velocityAtStart = (startMs: number, orders: number): ReadonlyMap<string, number> => {
  const day = new Date(startMs).toISOString().slice(0, 10);
  return new Map(
    Array.from({ length: CUSTOMERS }, (_, index) => [`customer-${index}|${day}`, orders]),
  );
};
