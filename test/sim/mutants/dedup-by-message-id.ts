import { readArrival } from "../../../lambdas/core/arrival.ts";
import { consumeBatch } from "../../../lambdas/core/consume-batch.ts";
import type { FailureRules } from "../../../lambdas/core/failure-rules.ts";
import { type Mutant, withPart } from "../mutant.ts";

/** The message ids that one consumer has applied. */
const appliedIds = new WeakMap<FailureRules, Set<string>>();

/** Knows an event again by its SQS message id, which a redrive or a replay replaces (2.12, T16). */
export const mutant: Mutant = {
  crimes: ["13 redrive is a no-op", "3 one effect", "4 order"],
  code: withPart({
    consumer: async (context, messages) => {
      const applied = appliedIds.get(context.rules) ?? new Set<string>();
      appliedIds.set(context.rules, applied);
      const unknown = messages
        .map(readArrival)
        .filter(({ message }) => !applied.has(message.messageId));
      const read: typeof context.ledger.read = async (orderIds) => {
        const rows = await context.ledger.read(orderIds);
        return new Map(
          [...rows].map(([orderId, row]) => {
            const again = unknown.filter(
              (arrival) => arrival.orderId === orderId && arrival.sequence <= row.seq,
            );
            if (again.length === 0) return [orderId, row];
            return [orderId, { ...row, seq: Math.min(...again.map((one) => one.sequence)) - 1 }];
          }),
        );
      };
      const ledger = { ...context.ledger, read };
      const { results, failedIds } = await consumeBatch({ ...context, ledger }, messages);
      for (const { arrival, outcome } of results) {
        if (outcome.kind === "applied") applied.add(arrival.message.messageId);
      }
      return failedIds;
    },
  }),
};
