/**
 * Republishes from the store what the relay could not send, and removes an entry only when all that
 * it stands for was taken by the topic.
 */
import type { EventSpan, SendOptions, SendReport } from "../replay/event-span.ts";
import { republishOrders } from "../replay/republish-orders.ts";
import type { Stage } from "../stage-clients.ts";
import { eventsToFind, findLostEvents, type LostEvents } from "./find-lost-events.ts";
import {
  type HeldEntry,
  holdRelayFailures,
  parkingQueueUrl,
  whileHeld,
} from "./list-relay-failures.ts";
import { removeMessages } from "./send-letters.ts";

export type Cleared = {
  readonly entries: number;
  readonly removed: number;
  readonly report: SendReport;
  /** Why entries stay, in words. */
  readonly kept: readonly string[];
};

/** One span an order: from the first event that any entry names. */
const mergeSpans = (spans: readonly EventSpan[]): EventSpan[] => {
  const merged = new Map<string, EventSpan>();
  for (const span of spans) {
    const before = merged.get(span.orderId) ?? span;
    const from = Math.min(before.from, span.from);
    merged.set(span.orderId, { ...before, from, to: Math.max(before.to, span.to) });
  }
  return [...merged.values()];
};

const whyKept = ({ failure }: HeldEntry, lost: LostEvents | undefined): string => {
  if (failure.kind === "not known") return "an entry that is not the relay's: take it out by hand";
  if (failure.kind === "unsendable event") {
    const { orderId, sequence, error } = failure;
    return `event ${sequence} of order ${orderId}: not sent or not in the store (${error.name})`;
  }
  const { records, firstMs } = failure;
  const what = `${records} stream records of ${new Date(firstMs).toISOString()}`;
  const events = lost?.events ?? 0;
  if (events >= records) return `${what}: not all could be sent`;
  return (
    `${what}: the store has ${events} readable events of that time; bus audit tells what is ` +
    "missing, then take it out by hand"
  );
};

const clearHeld = async (
  stage: Stage,
  held: readonly HeldEntry[],
  options: SendOptions,
): Promise<Cleared> => {
  const lost = await findLostEvents(stage, held, options.signal);
  const spans = [...lost.values()].flatMap((found) => found.spans);
  const report = await republishOrders(stage, mergeSpans(spans), options);
  const failed = new Set(report.failed.map(({ orderId }) => orderId));
  const isSent = (entry: HeldEntry): boolean => {
    const found = lost.get(entry);
    const wanted = eventsToFind(entry.failure);
    // It is the only trace of what it stands for: nothing found is not all sent.
    if (found === undefined || wanted === undefined || found.events < wanted) return false;
    return found.spans.every(({ orderId }) => !failed.has(orderId));
  };
  // Interrupted, nobody knows which orders were not begun: all entries stay.
  const done = options.signal?.aborted ? [] : held.filter(isSent);
  const left = await removeMessages(stage.sqs, parkingQueueUrl(stage), done);
  const kept = held.filter((entry) => !done.includes(entry));
  return {
    ...{ entries: held.length, removed: done.length - left.length, report },
    kept: kept.map((entry) => whyKept(entry, lost.get(entry))),
  };
};

/** Where there was nothing to do, or nobody said yes. */
export const nothingCleared = (entries: number): Cleared => ({
  ...{ entries, removed: 0, report: { sent: 0, failed: [], unsent: 0 } },
  kept: entries === 0 ? [] : ["it was not confirmed"],
});

export const clearRelayFailures = async (
  stage: Stage,
  options: SendOptions = {},
): Promise<Cleared> => {
  const { held } = await holdRelayFailures(stage, { signal: options.signal });
  return whileHeld(stage, held, () => clearHeld(stage, held, options));
};
