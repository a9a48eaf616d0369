import { consumeBatch } from "../../../lambdas/core/consume-batch.ts";
import { type Mutant, withPart } from "../mutant.ts";

/** Counts a dead event at each receive: an alarm on the number of decisions means nothing. */
export const mutant: Mutant = {
  crimes: ["14 seen"],
  code: withPart({
    consumer: async (context, messages) => {
      const { results, failedIds } = await consumeBatch(context, messages);
      context.report(
        results.map(({ arrival, outcome }) =>
          outcome.kind === "dead"
            ? { arrival, outcome: { ...outcome, decided: "now" } }
            : { arrival, outcome },
        ),
      );
      return failedIds;
    },
  }),
};
