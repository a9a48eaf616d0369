import { readEntries } from "../../../lambdas/core/relay-entries.ts";
import { type Mutant, withPart } from "../mutant.ts";

/** Publishes on after a failed entry of the same order, and then everything from it again. */
export const mutant: Mutant = {
  crimes: ["11 outbox = topic"],
  code: withPart({
    relay: async ({ topic }, records) => {
      let lowest: number | undefined;
      for (const { content, position } of records.flatMap(readEntries)) {
        if (content.kind === "unreadable") continue;
        const [result] = await topic.publish([content.publication]);
        if (result?.kind !== "published") lowest ??= position;
      }
      const record = lowest === undefined ? undefined : records[lowest];
      return {
        batchItemFailures: record === undefined ? [] : [{ itemIdentifier: record.recordId }],
      };
    },
  }),
};
