/**
 * The dead decision: written on the row with its reasons, in one transaction with a token of the
 * dead-letter budget. It only says "no more": SQS moves the message once its receives are spent.
 */

import { writeId } from "./apply-once.ts";
import type { Arrival } from "./arrival.ts";
import { type ConsumerContext, commitPatiently } from "./consumer-context.ts";
import { type Budget, spendToken } from "./dead-letter-budget.ts";
import { expiresAt, LONGEST_PATH_DAYS } from "./expires-at.ts";
import type { DeathCause, LedgerRow, Life } from "./ledger-row.ts";
import { die } from "./life.ts";

const TRIES = 5;

export type Decision =
  | { readonly kind: "decided"; readonly row: LedgerRow; readonly cause: DeathCause }
  | { readonly kind: "changed" }
  | { readonly kind: "undecided"; readonly withoutToken: boolean };

const readBudget = async (context: ConsumerContext): Promise<Budget | undefined> => {
  try {
    return await context.ledger.readBudget();
  } catch {
    return undefined;
  }
};

/** A row of an unreadable message has no order to outlive. */
export const unreadableExpiry = (row: LedgerRow, nowMs: number): { expiresAt?: number } =>
  row.orderId.startsWith("#message/") ? { expiresAt: expiresAt(nowMs, LONGEST_PATH_DAYS) } : {};

export const decideDead = async (
  context: ConsumerContext,
  row: LedgerRow,
  arrival: Arrival,
  { life, cause }: { readonly life: Life; readonly cause: DeathCause },
): Promise<Decision> => {
  for (let tried = 0; tried < TRIES; tried++) {
    const nowMs = context.clock.nowMs();
    const before = await readBudget(context);
    if (before === undefined) return { kind: "undecided", withoutToken: false };
    const after = spendToken(before, context.rules.budget, nowMs);
    if (after === undefined) return { kind: "undecided", withoutToken: true };
    const dead: LedgerRow = {
      ...row,
      rev: row.rev + 1,
      by: writeId(arrival.message, "dead"),
      life: die(life, cause, nowMs),
      ...unreadableExpiry(row, nowMs),
    };
    const write = { before: row, after: dead, effects: [], budget: { before, after } };
    const result = await commitPatiently(context, write);
    if (result.kind === "committed") return { kind: "decided", row: dead, cause };
    if (result.kind === "changed" && result.what === "row") return { kind: "changed" };
    if (result.kind !== "changed") break;
  }
  return { kind: "undecided", withoutToken: false };
};
