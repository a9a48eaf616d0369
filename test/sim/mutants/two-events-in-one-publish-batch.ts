import { readEntries } from "../../../lambdas/core/relay-entries.ts";
import { type Mutant, withPart } from "../mutant.ts";

/** Fills its batches without looking at the orders: entries fail one by one (1.6). */
export const mutant: Mutant = {
  crimes: ["relay waves", "11 outbox = topic"],
  code: withPart({
    relay: async ({ topic }, records) => {
      const publications = records
        .flatMap(readEntries)
        .flatMap(({ content }) => (content.kind === "event" ? [content.publication] : []));
      for (let from = 0; from < publications.length; from += 10) {
        const results = await topic.publish(publications.slice(from, from + 10));
        const first = records[0];
        if (results.some(({ kind }) => kind !== "published") && first !== undefined) {
          return { batchItemFailures: [{ itemIdentifier: first.recordId }] };
        }
      }
      return { batchItemFailures: [] };
    },
  }),
};
