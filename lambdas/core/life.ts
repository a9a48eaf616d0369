/** How the life of a due message goes on: started, failed, put off, decided dead. */
import type { FailureRules } from "./failure-rules.ts";
import type { DeathCause, FailureText, Life } from "./ledger-row.ts";

/** The outcome of an attempt that left none. */
export const NO_OUTCOME: FailureText = {
  name: "NoOutcome",
  message: "the function ended in mid-attempt",
};

/** Recorded before the handler runs, so that a crash leaves a trace. */
export const startAttempt = (life: Life, nowMs: number): Life => ({
  ...life,
  attempts: life.attempts + 1,
  open: true,
  firstMs: life.firstMs ?? nowMs,
  lastMs: nowMs,
});

/** A life with a failure in it, and so with a first and a last time. */
export type FailedLife = Life & { readonly firstMs: number; readonly lastMs: number };

/** The outcome of a failed attempt; the attempt is counted once, with its start or here. */
export const failAttempt = (life: Life, error: FailureText, nowMs: number): FailedLife => ({
  ...life,
  attempts: life.open ? life.attempts : life.attempts + 1,
  open: false,
  firstMs: life.firstMs ?? nowMs,
  lastMs: nowMs,
  error,
});

/** A recorded start that ended for a reason not its own: neither it nor its time counts. */
export const undoStart = ({ firstMs, ...life }: Life): Life => {
  const attempts = Math.max(0, life.attempts - 1);
  const first = attempts === 0 || firstMs === undefined ? {} : { firstMs };
  return { ...life, ...first, attempts, open: false };
};

export const die = (life: Life, cause: DeathCause, nowMs: number): Life => ({
  ...life,
  open: false,
  dead: { atMs: nowMs, cause },
});

/** Enough attempts, and over a long enough time: many in a second tell little. */
export const attemptsAreSpent = (life: Life, rules: FailureRules, nowMs: number): boolean =>
  life.attempts >= rules.attempts &&
  life.firstMs !== undefined &&
  nowMs - life.firstMs >= rules.failingSeconds * 1_000;
