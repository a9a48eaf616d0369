/**
 * Republishes from the store what the relay could not send, and removes an entry only when all that
 * it stands for was taken by the topic.
 */
import type { EventSpan, SendOptions, SendReport } from "../replay/event-span.ts";
import { planRepublish, republishOrders } from "../replay/republish-orders.ts";
import type { Stage } from "../stage-clients.ts";
import {
  type HeldEntry,
  holdRelayFailures,
  parkingQueueUrl,
  releaseEntries,
} from "./list-relay-failures.ts";
import { removeMessages } from "./send-letters.ts";

export type Cleared = {
  readonly entries: number;
  readonly removed: number;
  readonly report: SendReport;
  /** Why entries stay, in words. */
  readonly kept: readonly string[];
};

/** An event's time is the shop's; its record came to the stream a little later. */
const BEFORE_MS = 60_000;

/** The spans that an entry stands for; `undefined` where that cannot be told. */
const spansOf = async (
  stage: Stage,
  { failure }: HeldEntry,
  signal: AbortSignal | undefined,
): Promise<readonly EventSpan[] | undefined> => {
  switch (failure.kind) {
    case "not known":
      return undefined;
    case "unsendable event": {
      const { orderId, sequence } = failure;
      const { spans } = await planRepublish(stage, { orderIds: [orderId], fromSequence: sequence });
      return spans.length === 0 ? undefined : spans;
    }
    case "stream records": {
      const within = { fromMs: failure.firstMs - BEFORE_MS, toMs: failure.lastMs + 1 };
      return (await planRepublish(stage, { within }, signal)).spans;
    }
  }
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

const whyKept = ({ failure }: HeldEntry): string => {
  if (failure.kind === "not known") return "an entry that is not the relay's: take it out by hand";
  if (failure.kind === "stream records") return "stream records of which not all could be sent";
  const { orderId, sequence, error } = failure;
  return `event ${sequence} of order ${orderId}: not sent or not in the store (${error.name})`;
};

export const clearRelayFailures = async (
  stage: Stage,
  options: SendOptions = {},
): Promise<Cleared> => {
  const { held } = await holdRelayFailures(stage, options.signal);
  try {
    const wanted = new Map<HeldEntry, readonly EventSpan[]>();
    for (const entry of held) {
      const spans = await spansOf(stage, entry, options.signal);
      if (spans !== undefined) wanted.set(entry, spans);
    }
    const report = await republishOrders(stage, mergeSpans([...wanted.values()].flat()), options);
    const failed = new Set(report.failed.map(({ orderId }) => orderId));
    const isSent = (spans: readonly EventSpan[] | undefined): boolean =>
      spans?.every(({ orderId }) => !failed.has(orderId)) ?? false;
    // Interrupted, nobody knows which orders were not begun: all entries stay.
    const done = options.signal?.aborted ? [] : held.filter((entry) => isSent(wanted.get(entry)));
    const left = await removeMessages(stage.sqs, parkingQueueUrl(stage), done);
    const kept = held.filter((entry) => !done.includes(entry)).map(whyKept);
    return { entries: held.length, removed: done.length - left.length, report, kept };
  } finally {
    // What was removed is no longer there to be released.
    await releaseEntries(stage, held);
  }
};
