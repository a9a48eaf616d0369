/**
 * The strict sequence fence: what may happen to an arrival, given the order's row.
 *
 * An order's due events are applied in sequence, the first one after `row.seq` next and nothing
 * else. So whatever happens to a predecessor (failed, dead, missing, in another function's hands)
 * its followers wait. What is not due, by the types that the arrival carries, is not waited for.
 */
import type { Arrival } from "./arrival.ts";
import { isDue, nextDue } from "./due-events.ts";
import type { DeathCause, LedgerRow, Life } from "./ledger-row.ts";
import { NO_OUTCOME } from "./life.ts";
import type { OrderEventType } from "./order-event.ts";

export type Verdict =
  /** Applied before: acknowledge, do nothing. */
  | { readonly kind: "duplicate" }
  /** Of a type that has no effect here: acknowledge, write nothing. */
  | { readonly kind: "ignored" }
  /** A predecessor is dead or missing: it waits behind it, untried. */
  | { readonly kind: "out of sequence" }
  /** Another message with the same event, sent later, has taken its place. */
  | { readonly kind: "older copy" }
  /** Decided dead in this life: no handler runs. */
  | { readonly kind: "dead"; readonly cause: DeathCause }
  /** The next one; `life` is what is known of this message, or a new one. */
  | { readonly kind: "due"; readonly life: Life };

const newLife = ({ message, sequence, eventType }: Arrival): Life => ({
  seq: sequence,
  messageId: message.messageId,
  sentAtMs: message.sentAtMs,
  ...(eventType === undefined ? {} : { eventType }),
  attempts: 0,
  open: false,
});

/** A redrive, or a republish whose first copy still lives, makes a second message of an event. */
const sentLater = (life: Life, { message }: Arrival): boolean =>
  life.sentAtMs > message.sentAtMs ||
  (life.sentAtMs === message.sentAtMs && life.messageId > message.messageId);

/**
 * By its type alone, as its followers see it in their histories: whatever is wrong or new in the
 * rest of it does no harm here.
 */
export const isIgnored = ({ eventType }: Arrival, due: readonly OrderEventType[]): boolean =>
  eventType !== undefined && !isDue(eventType, due);

/** Nothing due lies between the watermark and the arrival. Where nothing tells, all of it is due. */
const isNext = (row: LedgerRow, { sequence, history }: Arrival, due: readonly OrderEventType[]) =>
  sequence === row.seq + 1 ||
  (history !== undefined && nextDue(history.slice(0, -1), due, row.seq) === undefined);

/** `due`: the types for which the consumer writes its row. */
export const judge = (
  row: LedgerRow,
  arrival: Arrival,
  due: readonly OrderEventType[],
): Verdict => {
  if (isIgnored(arrival, due)) return { kind: "ignored" };
  if (arrival.sequence <= row.seq) return { kind: "duplicate" };
  if (!isNext(row, arrival, due)) return { kind: "out of sequence" };
  const life = row.life?.seq === arrival.sequence ? row.life : undefined;
  if (life === undefined) return { kind: "due", life: newLife(arrival) };
  if (life.messageId === arrival.message.messageId) {
    return life.dead === undefined
      ? { kind: "due", life }
      : { kind: "dead", cause: life.dead.cause };
  }
  if (sentLater(life, arrival)) return { kind: "older copy" };
  return { kind: "due", life: newLife(arrival) };
};

/**
 * It was started before and nothing is known of how that ended, or that is all that is known: it
 * may have killed its function, and may again.
 */
export const isSuspect = (verdict: Verdict): boolean =>
  verdict.kind === "due" && (verdict.life.open || verdict.life.error?.name === NO_OUTCOME.name);
