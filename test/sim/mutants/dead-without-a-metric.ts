import { consumeBatch } from "../../../lambdas/core/consume-batch.ts";
import { type Mutant, withPart } from "../mutant.ts";

/** Decides in silence: nobody hears of an order that was given up. */
export const mutant: Mutant = {
  crimes: ["14 seen"],
  code: withPart({
    consumer: async (context, messages) => {
      const { results, failedIds } = await consumeBatch(context, messages);
      context.report(results.filter(({ outcome }) => outcome.kind !== "dead"));
      return failedIds;
    },
  }),
};
