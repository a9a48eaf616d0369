import { consumerFunction } from "../../lambdas/aws/consumer-function.ts";
import type { Consumer } from "../../lambdas/core/consumer.ts";

/** A sixth consumer, as small as one can be: it counts the orders that were paid. */
const gift: Consumer = {
  name: "gift",
  handles: ["order.paid"],
  handle: () => ({
    effects: [{ kind: "adjust", table: "stock", key: { sku: "ribbon" }, add: { used: 1 } }],
  }),
};

export const handler = consumerFunction(gift);
