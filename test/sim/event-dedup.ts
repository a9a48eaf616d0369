import { type Arrival, readArrival } from "../../lambdas/core/arrival.ts";
import type { ConsumerContext } from "../../lambdas/core/consumer-context.ts";
import { evaluate } from "../../lambdas/core/evaluate.ts";
import type { Message } from "../../lambdas/core/ports.ts";

/**
 * The textbook recipe, for mutants: dedup record and effect in one transaction, keyed by a name of
 * the event, and no fence. Answers whether the message is done.
 */
export const applyByName = async (
  context: ConsumerContext,
  arrival: Arrival,
  name: string,
): Promise<boolean> => {
  const row = (await context.ledger.read([name])).get(name);
  if (row === undefined || row.seq > 0) return row !== undefined;
  const evaluation = await evaluate(context, row, arrival);
  if (evaluation.kind === "failure") return false;
  const effects = (evaluation.change.effects ?? []).filter((effect) => effect.kind === "adjust");
  const after = { ...row, seq: 1, rev: 1 };
  const result = await context.ledger.commit({ before: row, after, effects });
  return result.kind === "committed";
};

export const arrivalsOf = (messages: readonly Message[]): Arrival[] =>
  messages.map(readArrival).sort((a, b) => a.sequence - b.sequence);

export const eventName = (arrival: Arrival): string =>
  `#event-${arrival.orderId}-${arrival.sequence}`;
