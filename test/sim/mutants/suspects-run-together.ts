import { readArrival } from "../../../lambdas/core/arrival.ts";
import { consumeEvent } from "../../../lambdas/core/consume-event.ts";
import { byOrder, giveBack, type Result } from "../../../lambdas/core/give-back.ts";
import { newRow } from "../../../lambdas/core/ledger-row.ts";
import { isDone } from "../../../lambdas/core/outcome.ts";
import { type Mutant, withPart } from "../mutant.ts";

/** Runs whole batches after a crash as before: what kills its function takes its neighbours along. */
export const mutant: Mutant = {
  crimes: ["7 isolation", "12 liveness"],
  code: withPart({
    consumer: async (context, messages) => {
      const arrivals = messages.map(readArrival);
      const ids = [...new Set(arrivals.map(({ orderId }) => orderId))];
      const rows = await context.ledger.read(ids).catch(() => undefined);
      if (rows === undefined) return messages.map(({ messageId }) => messageId);
      const consumeOrder = async (orderId: string, order: typeof arrivals): Promise<Result[]> => {
        const results: Result[] = [];
        let row = rows.get(orderId) ?? newRow(orderId);
        for (const arrival of order) {
          const consumed = await consumeEvent(context, row, { arrival });
          row = consumed.row;
          results.push({ arrival, outcome: consumed.outcome });
        }
        return results;
      };
      const orders = byOrder(arrivals, (arrival) => arrival);
      const results = await Promise.all(
        orders.map(([orderId, order]) => consumeOrder(orderId, [...order])),
      );
      await giveBack(context, results.flat());
      const failed = results.flat().filter(({ outcome }) => !isDone(outcome));
      return failed.map(({ arrival }) => arrival.message.messageId);
    },
  }),
};
