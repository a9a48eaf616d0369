import { consumeBatch } from "../../../lambdas/core/consume-batch.ts";
import { evaluate } from "../../../lambdas/core/evaluate.ts";
import { type Mutant, withPart } from "../mutant.ts";

/** Runs a dead event whenever it bounces: what was given up, and told of, is applied after all. */
export const mutant: Mutant = {
  crimes: ["5 dead stays dead"],
  code: withPart({
    consumer: async (context, messages) => {
      const { results, failedIds } = await consumeBatch(context, messages);
      context.report(results);
      for (const { arrival, outcome } of results) {
        if (outcome.kind !== "dead" || outcome.decided === "now") continue;
        const { orderId, sequence, message } = arrival;
        const rows = await context.ledger.read([orderId]).catch(() => new Map());
        const before = rows.get(orderId);
        if (before === undefined || before.seq !== sequence - 1) continue;
        const evaluation = await evaluate(context, before, arrival);
        if (evaluation.kind === "failure") continue;
        const { life: _dead, ...row } = before;
        const by = `${message.messageId}/${message.receiveCount}/again`;
        const effects = (evaluation.change.effects ?? []).flatMap((effect) =>
          effect.kind === "adjust" ? [effect] : [],
        );
        const after = { ...row, seq: sequence, rev: row.rev + 1, by };
        await context.ledger.commit({ before, after, effects });
      }
      return failedIds;
    },
  }),
};
