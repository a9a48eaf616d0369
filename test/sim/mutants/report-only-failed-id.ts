import { consumeBatch } from "../../../lambdas/core/consume-batch.ts";
import { type Mutant, withPart } from "../mutant.ts";

/** Reports the failed event and not its followers: SQS deletes them (3.7). */
export const mutant: Mutant = {
  crimes: ["1 conserved", "9 batch contract"],
  code: withPart({
    consumer: async (context, messages) => {
      const { results } = await consumeBatch(context, messages);
      return results
        .filter(({ outcome }) => ["retried", "dead", "postponed"].includes(outcome.kind))
        .map(({ arrival }) => arrival.message.messageId);
    },
  }),
};
