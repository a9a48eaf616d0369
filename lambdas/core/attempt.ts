/**
 * One attempt at a due event: start recorded where it was received before, handler, one write.
 *
 * An attempt's outcome is always written before the next decision. Only a start without an outcome
 * is judged without running the handler again, because running it may be what kills the function.
 */

import { applyOnce, writeId } from "./apply-once.ts";
import type { Arrival } from "./arrival.ts";
import { type ConsumerContext, commitPatiently } from "./consumer-context.ts";
import { type Decision, decideDead, unreadableExpiry } from "./decide-dead.ts";
import { type Evaluation, evaluate } from "./evaluate.ts";
import { epochMs } from "./iso-time.ts";
import type { LedgerRow, Life } from "./ledger-row.ts";
import {
  attemptsAreSpent,
  type FailedLife,
  failAttempt,
  NO_OUTCOME,
  startAttempt,
  undoStart,
} from "./life.ts";
import type { Outcome } from "./outcome.ts";
import type { LedgerResult } from "./ports.ts";

export type Step =
  | { readonly kind: "done"; readonly row: LedgerRow; readonly outcome: Outcome }
  /** The row is no longer as it was read: look again. */
  | { readonly kind: "changed" };

type Due = {
  readonly row: LedgerRow;
  readonly life: Life;
  readonly arrival: Arrival;
  /** Of its handler, run before with the same row. */
  readonly evaluation?: Evaluation | undefined;
};

const writeLife = (context: ConsumerContext, { row, arrival }: Due, life: Life) => {
  const by = writeId(arrival.message, "life");
  const expiry = unreadableExpiry(row, context.clock.nowMs());
  const after = { ...row, rev: row.rev + 1, by, life, ...expiry };
  const written = commitPatiently(context, { before: row, after, effects: [] });
  return written.then((result) => ({ result, after }));
};

const postponed = (row: LedgerRow, reason: string): Step => ({
  kind: "done",
  row,
  outcome: { kind: "postponed", until: "later", reason },
});

type Undecided = Extract<Decision, { kind: "undecided" }>;

/** Nothing asked for a decision yet. */
const NOT_YET: Undecided = { kind: "undecided", withoutToken: false };

const stepOf = (decision: Exclude<Decision, Undecided>): Step => {
  if (decision.kind === "changed") return decision;
  const { row, cause } = decision;
  return { kind: "done", row, outcome: { kind: "dead", cause, decided: "now" } };
};

const writeFailure = async (
  context: ConsumerContext,
  due: Due,
  failed: FailedLife,
  { withoutToken }: Undecided,
): Promise<Step> => {
  const { result, after } = await writeLife(context, due, failed);
  if (result.kind === "changed") return { kind: "changed" };
  const row = result.kind === "committed" ? after : due.row;
  const error = failed.error ?? NO_OUTCOME;
  const failingMs = failed.lastMs - failed.firstMs;
  return { kind: "done", row, outcome: { kind: "retried", error, withoutToken, failingMs } };
};

type Failure = Pick<Extract<Evaluation, { kind: "failure" }>, "error" | "cause">;

const fail = async (context: ConsumerContext, due: Due, failure: Failure): Promise<Step> => {
  const nowMs = context.clock.nowMs();
  const failed = failAttempt(due.life, failure.error, nowMs);
  const spent = attemptsAreSpent(failed, context.rules, nowMs);
  const cause = failure.cause ?? (spent ? "attempts exhausted" : undefined);
  const decision =
    cause === undefined
      ? NOT_YET
      : await decideDead(context, due.row, due.arrival, { life: failed, cause });
  if (decision.kind !== "undecided") return stepOf(decision);
  return writeFailure(context, due, failed, decision);
};

/** The table would not take the write: no fault of the event, so its start is taken back. */
const putOff = async (context: ConsumerContext, due: Due, reason: string): Promise<Step> => {
  if (!due.life.open) return postponed(due.row, reason);
  const { result, after } = await writeLife(context, due, undoStart(due.life));
  return postponed(result.kind === "committed" ? after : due.row, reason);
};

const afterWrite = (
  context: ConsumerContext,
  due: Due,
  result: Exclude<LedgerResult, { kind: "committed" | "changed" }>,
): Promise<Step> => {
  switch (result.kind) {
    case "busy":
      return putOff(context, due, "conflict or throttle");
    case "refused": {
      const message = "the bounds of an effect refused it and the handler names nothing otherwise";
      return fail(context, due, { error: { name: "Refused", message } });
    }
    case "failed": {
      const { error, retryable } = result;
      return fail(context, due, retryable ? { error } : { error, cause: "not retryable" });
    }
  }
};

export const appliedNow = (context: ConsumerContext, { content }: Arrival): Outcome => {
  const eventMs = content.kind === "event" ? epochMs(content.event.time) : 0;
  return { kind: "applied", latencyMs: Math.max(0, context.clock.nowMs() - eventMs) };
};

const run = async (context: ConsumerContext, due: Due): Promise<Step> => {
  const evaluation = due.evaluation ?? (await evaluate(context, due.row, due.arrival));
  if (evaluation.kind === "failure") return fail(context, due, evaluation);
  const applied = await applyOnce(context, due.row, due.arrival, evaluation.change);
  if (applied.kind === "changed") return { kind: "changed" };
  if (applied.kind !== "committed") return afterWrite(context, due, applied);
  return { kind: "done", row: applied.row, outcome: appliedNow(context, due.arrival) };
};

/**
 * Judges a start without an outcome. Undecided, its outcome is written all the same: the event backs
 * off and is run again only when it comes back, so what kills its function does not do so at once.
 */
const judgeCrash = async (context: ConsumerContext, due: Due): Promise<Step> => {
  const failed = failAttempt(due.life, NO_OUTCOME, context.clock.nowMs());
  const judged = { life: failed, cause: "crash or timeout" as const };
  const decision = await decideDead(context, due.row, due.arrival, judged);
  if (decision.kind !== "undecided") return stepOf(decision);
  return writeFailure(context, due, failed, decision);
};

export const attempt = async (context: ConsumerContext, due: Due): Promise<Step> => {
  const { row, life, arrival } = due;
  const nowMs = context.clock.nowMs();
  if (life.open && attemptsAreSpent(life, context.rules, nowMs)) return judgeCrash(context, due);
  if (arrival.message.receiveCount < 2) return run(context, due);
  const started = startAttempt(life, nowMs);
  const { result, after } = await writeLife(context, due, started);
  if (result.kind === "changed") return { kind: "changed" };
  if (result.kind !== "committed") return postponed(row, "the start cannot be recorded");
  return run(context, { row: after, life: started, arrival });
};
