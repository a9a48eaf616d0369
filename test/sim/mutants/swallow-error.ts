import { consumeBatch } from "../../../lambdas/core/consume-batch.ts";
import { type Mutant, withPart } from "../mutant.ts";

/** Reports success for what failed: SQS deletes it. */
export const mutant: Mutant = {
  crimes: ["1 conserved"],
  code: withPart({
    consumer: async (context, messages) => {
      const { results } = await consumeBatch(context, messages);
      return results
        .filter(({ outcome }) => outcome.kind === "parked" || outcome.kind === "dead")
        .map(({ arrival }) => arrival.message.messageId);
    },
  }),
};
