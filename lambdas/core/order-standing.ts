/**
 * How one order stands at one consumer: what its row says against what the order's item says.
 *
 * An event of a type that the consumer does not handle leaves its row as it is. So what is asked for
 * is not the order's version but its last due event, and what is next is the next due one. A row that
 * is past it, as rows of another version of this code may be, is whole as well.
 */
import { epochMs } from "./iso-time.ts";
import type { LedgerRow, Life } from "./ledger-row.ts";

export type Standing =
  /** Nothing more of it is due. */
  | "whole"
  /** Its next due event is decided dead: it is a dead letter, or on its way to be one. */
  | "parked"
  /** Its next event is so young that it may still be on its way. */
  | "young"
  /** Its next event has been tried, or is being tried, and is not decided. */
  | "retrying"
  /** Its next event should have come long ago, and nothing here says where it is. */
  | "behind";

export type OrderEnd = {
  readonly version: number;
  /** Of each event; empty, and so due, where an item does not say. */
  readonly types: readonly string[];
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

export type EventsOf = {
  readonly version: number;
  /** Times as ISO 8601. */
  readonly events: readonly { readonly type: string; readonly time: string }[];
};

/**
 * By each event's own time, so that an order that goes on hides nothing that it has lost before.
 * What comes before an old event is old too, whatever its clock said. A time that is missing or
 * cannot be read counts as old: it must not keep an order young for ever.
 */
export const orderEnd = (
  { version, events }: EventsOf,
  { nowMs, settleMs }: SettleRules,
): OrderEnd => {
  const timesMs = events
    .map(({ time }) => epochMs(time))
    .map((atMs) => (Number.isNaN(atMs) ? 0 : atMs));
  const types = Array.from({ length: version }, (_, index) => events[index]?.type ?? "");
  const old = timesMs.findLastIndex((atMs) => nowMs - atMs >= settleMs) + 1;
  const settled = timesMs.length < version ? version : Math.min(old, version);
  return { version, types, lastEventAtMs: timesMs.at(-1) ?? 0, settled };
};

/** The life of the next due event, if that has come: of an event that is over it tells nothing. */
export const lifeOf = (
  { life }: Pick<LedgerRow, "life">,
  next: number | undefined,
): Life | undefined => (life?.seq === next ? life : undefined);

/** `next` is the consumer's next due event of the order, by its row. */
export const standingOf = (
  { next, settled }: { readonly next: number | undefined; readonly settled: number },
  row: Pick<LedgerRow, "life">,
  { nowMs, retryMs }: StandingRules,
): Standing => {
  if (next === undefined) return "whole";
  const life = lifeOf(row, next);
  if (life?.dead !== undefined) return "parked";
  if (next > settled) return "young";
  // A life without a time is one whose first try has left no outcome.
  const triedAtMs = life?.lastMs ?? life?.sentAtMs;
  return triedAtMs !== undefined && nowMs - triedAtMs < retryMs ? "retrying" : "behind";
};
