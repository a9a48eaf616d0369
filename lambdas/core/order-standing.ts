/**
 * How one order stands at one consumer: what its row says against what the order's item says.
 *
 * Every event moves every consumer's watermark, whether the consumer handles its type or not. So the
 * order's version itself is asked for, and nobody needs to know what a deployed consumer handles.
 */
import { epochMs } from "./iso-time.ts";
import type { LedgerRow } from "./ledger-row.ts";

export type Standing =
  /** Its last event is applied. */
  | "whole"
  /** Its next event is decided dead: it is a dead letter, or on its way to be one. */
  | "parked"
  /** Its next event is so young that it may still be on its way. */
  | "young"
  /** Its next event has been tried, or is being tried, and is not decided. */
  | "retrying"
  /** Its next event should have come long ago, and nothing here says where it is. */
  | "behind";

export type OrderEnd = {
  readonly version: number;
  /** Epoch milliseconds. */
  readonly lastEventAtMs: number;
  /** The last of its events that should have come by now; 0 where all are too young. */
  readonly settled: number;
};

export type SettleRules = {
  readonly nowMs: number;
  /** How long an event may be on its way. */
  readonly settleMs: number;
};

export type StandingRules = {
  readonly nowMs: number;
  /** A try that is older than this will not be followed by another one. */
  readonly retryMs: number;
};

/**
 * By each event's own time, so that an order that goes on hides nothing that it has lost before.
 * What comes before an old event is old too, whatever its clock said. A time that is missing or
 * cannot be read counts as old: it must not keep an order young for ever.
 */
export const orderEnd = (
  { version, eventTimes }: { readonly version: number; readonly eventTimes: readonly string[] },
  { nowMs, settleMs }: SettleRules,
): OrderEnd => {
  const timesMs = eventTimes.map(epochMs).map((atMs) => (Number.isNaN(atMs) ? 0 : atMs));
  const old = timesMs.findLastIndex((atMs) => nowMs - atMs >= settleMs) + 1;
  const settled = timesMs.length < version ? version : Math.min(old, version);
  return { version, lastEventAtMs: timesMs.at(-1) ?? 0, settled };
};

export const standingOf = (
  { version, settled }: OrderEnd,
  { seq, life }: Pick<LedgerRow, "seq" | "life">,
  { nowMs, retryMs }: StandingRules,
): Standing => {
  if (seq >= version) return "whole";
  const next = life?.seq === seq + 1 ? life : undefined;
  if (next?.dead !== undefined) return "parked";
  if (seq >= settled) return "young";
  // A life without a time is one whose first try has left no outcome.
  const triedAtMs = next?.lastMs ?? next?.sentAtMs;
  return triedAtMs !== undefined && nowMs - triedAtMs < retryMs ? "retrying" : "behind";
};
