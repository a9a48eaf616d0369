/** Loyalty: a point for each whole unit of currency paid; a cancel after that takes them back. */
import { consumerFunction } from "../aws/consumer-function.ts";
import type { Adjust, Consumer } from "../core/consumer.ts";

type Earned = { readonly points: number };

const adjustPoints = (customerId: string, points: number): Adjust => ({
  kind: "adjust",
  table: "points",
  key: { customerId },
  add: { points },
});

export const loyalty: Consumer<Earned> = {
  name: "loyalty",
  handles: ["order.paid", "order.cancelled"],
  handle: (state, { type, data }) => {
    if (type === "order.paid") {
      const points = Math.floor(data.totalCents / 100);
      return { state: { points }, effects: [adjustPoints(data.customerId, points)] };
    }
    const earned = state?.points ?? 0;
    if (earned === 0) return {};
    return { state: { points: 0 }, effects: [adjustPoints(data.customerId, -earned)] };
  },
};

export const handler = consumerFunction(loyalty);
