import { consumeBatch } from "../../../lambdas/core/consume-batch.ts";
import type { FailureRules } from "../../../lambdas/core/failure-rules.ts";
import { type Mutant, withPart } from "../mutant.ts";

/** By what belongs to one function: its warm environments keep it from call to call. */
const failedOrders = new WeakMap<FailureRules, Set<string>>();

/** Orders that failed once are failed for ever, without being run. */
export const mutant: Mutant = {
  crimes: ["8 budget", "12 liveness"],
  code: withPart({
    consumer: async (context, messages) => {
      const failed = failedOrders.get(context.rules) ?? new Set<string>();
      failedOrders.set(context.rules, failed);
      const skipped = messages.filter(({ body }) => failed.has(JSON.parse(body).subject));
      const run = messages.filter((message) => !skipped.includes(message));
      const { results, failedIds } = await consumeBatch(context, run);
      for (const { arrival, outcome } of results) {
        if (outcome.kind === "retried") failed.add(arrival.orderId);
      }
      return [...failedIds, ...skipped.map(({ messageId }) => messageId)];
    },
  }),
};
