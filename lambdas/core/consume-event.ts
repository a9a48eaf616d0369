import { writeId } from "./apply-once.ts";
import type { Arrival } from "./arrival.ts";
import { attempt, type Step } from "./attempt.ts";
import { type ConsumerContext, dueOf, isOutOfTime } from "./consumer-context.ts";
import type { Evaluation } from "./evaluate.ts";
import { judge } from "./fence.ts";
import type { LedgerRow } from "./ledger-row.ts";
import type { Outcome } from "./outcome.ts";

/** A row changes under an invocation only when another has the same order: rare, so few looks. */
const LOOKS = 5;

export type Consumed = { readonly row: LedgerRow; readonly outcome: Outcome };

type Evaluated = { readonly arrival: Arrival; readonly evaluation?: Evaluation | undefined };

const look = async (
  context: ConsumerContext,
  row: LedgerRow,
  { arrival, evaluation }: Evaluated,
): Promise<Step> => {
  const verdict = judge(row, arrival, dueOf(context));
  switch (verdict.kind) {
    case "duplicate":
    case "ignored":
      return { kind: "done", row, outcome: { kind: verdict.kind } };
    case "out of sequence":
    case "older copy":
      return { kind: "done", row, outcome: { kind: "parked", reason: verdict.kind } };
    case "dead": {
      // Its own decision, whose reply was lost: it still has to be told of.
      const decided = row.by === writeId(arrival.message, "dead") ? "now" : "before";
      return { kind: "done", row, outcome: { kind: "dead", cause: verdict.cause, decided } };
    }
    case "due":
      if (!isOutOfTime(context)) {
        return attempt(context, { row, life: verdict.life, arrival, evaluation });
      }
      return {
        kind: "done",
        row,
        outcome: { kind: "postponed", until: "soon", reason: "no time left" },
      };
  }
};

const reread = async (context: ConsumerContext, row: LedgerRow): Promise<LedgerRow | undefined> => {
  try {
    return (await context.ledger.read([row.orderId])).get(row.orderId);
  } catch {
    return undefined;
  }
};

/**
 * Consumes one arrival, given the order's row; answers with the row as it is afterwards. What its
 * handler has said before, to this very row, it is not asked again.
 */
export const consumeEvent = async (
  context: ConsumerContext,
  row: LedgerRow,
  { arrival, evaluation }: Evaluated,
): Promise<Consumed> => {
  let current = row;
  for (let looked = 0; looked < LOOKS; looked++) {
    const known = looked === 0 ? evaluation : undefined;
    const step = await look(context, current, { arrival, evaluation: known });
    if (step.kind === "done") return step;
    const found = await reread(context, current);
    if (found === undefined) break;
    current = found;
  }
  return {
    row: current,
    outcome: { kind: "postponed", until: "later", reason: "the row keeps changing" },
  };
};
