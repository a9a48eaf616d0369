/**
 * How one order stands at one consumer: what its row says against what the order's item says.
 *
 * Every event moves every consumer's watermark, whether the consumer handles its type or not. So the
 * order's version itself is asked for, and nobody needs to know what a deployed consumer handles.
 */
import type { LedgerRow } from "./ledger-row.ts";

export type Standing =
  /** Its last event is applied. */
  | "whole"
  /** Its next event is decided dead: it is a dead letter, or on its way to be one. */
  | "parked"
  /** Its last event is so young that it may still be on its way. */
  | "young"
  /** Its next event has been tried, or is being tried, and is not decided. */
  | "retrying"
  /** Its next event should have come long ago, and nothing here says where it is. */
  | "behind";

export type OrderEnd = {
  readonly version: number;
  /** Epoch milliseconds. */
  readonly lastEventAtMs: number;
};

export type StandingRules = {
  readonly nowMs: number;
  /** How long an event may be on its way. */
  readonly settleMs: number;
  /** A try that is older than this will not be followed by another one. */
  readonly retryMs: number;
};

export const standingOf = (
  { version, lastEventAtMs }: OrderEnd,
  { seq, life }: Pick<LedgerRow, "seq" | "life">,
  { nowMs, settleMs, retryMs }: StandingRules,
): Standing => {
  if (seq >= version) return "whole";
  const next = life?.seq === seq + 1 ? life : undefined;
  if (next?.dead !== undefined) return "parked";
  if (nowMs - lastEventAtMs < settleMs) return "young";
  // A life without a time is one whose first try has left no outcome.
  const triedAtMs = next?.lastMs ?? next?.sentAtMs;
  return triedAtMs !== undefined && nowMs - triedAtMs < retryMs ? "retrying" : "behind";
};
