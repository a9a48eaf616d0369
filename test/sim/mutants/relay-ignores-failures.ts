import { relayBatch } from "../../../lambdas/core/relay-batch.ts";
import { type Mutant, withPart } from "../mutant.ts";

/** Takes an accepted call for an accepted entry (T22). */
export const mutant: Mutant = {
  crimes: ["11 outbox = topic", "1 conserved"],
  code: withPart({
    relay: async (ports, records) => {
      await relayBatch(ports, records);
      return { batchItemFailures: [] };
    },
  }),
};
