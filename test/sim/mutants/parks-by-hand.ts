import { consumeBatch } from "../../../lambdas/core/consume-batch.ts";
import { type Mutant, withPart } from "../mutant.ts";

/** Sends a dead event to the dead-letter queue itself: no redrive knows where it came from (2.23). */
export const mutant: Mutant = {
  crimes: ["moved by SQS only"],
  code: withPart({
    consumer: async (context, messages) => {
      const { results, failedIds } = await consumeBatch(context, messages);
      context.report(results);
      const dead = results.filter(({ outcome }) => outcome.kind === "dead");
      const parked = new Set<string>();
      for (const { arrival } of dead) {
        await context.sendToDeadLetters(arrival.message);
        parked.add(arrival.message.messageId);
      }
      return failedIds.filter((id) => !parked.has(id));
    },
  }),
};
