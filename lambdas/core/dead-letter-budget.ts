/**
 * The dead-letter budget: how many orders a consumer may give up on.
 *
 * A poison message is one among many that succeed; a broken dependency fails them all. So tokens
 * are earned by successes, a few at most a minute, and one more an hour lets a lone poison order
 * of an idle shop die in the end. A decision takes a token in its own transaction; without one the
 * order keeps backing off, and nothing is lost.
 */
import type { FailureRules } from "./failure-rules.ts";

export type Budget = {
  /** Writes so far; 0 while there is no row, which counts as a full bucket. */
  readonly rev: number;
  readonly tokens: number;
  /** When the last hourly token was granted, epoch milliseconds. */
  readonly grantedAtMs: number;
  /** The minute since the epoch that `earned` counts. */
  readonly minute: number;
  readonly earned: number;
};

type Rules = FailureRules["budget"];

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

export const noBudget: Budget = { rev: 0, tokens: 0, grantedAtMs: 0, minute: 0, earned: 0 };

const refill = (budget: Budget, rules: Rules, nowMs: number): Budget => {
  if (budget.rev === 0) return { ...budget, tokens: rules.capacity, grantedAtMs: nowMs };
  const hours = Math.max(0, Math.floor((nowMs - budget.grantedAtMs) / HOUR_MS));
  return {
    ...budget,
    tokens: Math.min(rules.capacity, budget.tokens + hours * rules.tokensPerHour),
    grantedAtMs: budget.grantedAtMs + hours * HOUR_MS,
  };
};

/** The budget with one token fewer, or `undefined` when there is none to take. */
export const spendToken = (budget: Budget, rules: Rules, nowMs: number): Budget | undefined => {
  const full = refill(budget, rules, nowMs);
  if (full.tokens < 1) return undefined;
  return { ...full, rev: budget.rev + 1, tokens: full.tokens - 1 };
};

/** The budget with one earned token more, or `undefined` when it may not earn now. */
export const earnToken = (budget: Budget, rules: Rules, nowMs: number): Budget | undefined => {
  const full = refill(budget, rules, nowMs);
  const minute = Math.floor(nowMs / MINUTE_MS);
  const earned = full.minute === minute ? full.earned : 0;
  if (full.tokens >= rules.capacity || earned >= rules.tokensPerMinute) return undefined;
  return { ...full, rev: budget.rev + 1, tokens: full.tokens + 1, minute, earned: earned + 1 };
};
