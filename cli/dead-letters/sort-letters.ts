/**
 * What to do with each received letter, decided by the plan and by what this run has sent. Pure: the
 * run's memory is handed in, and changed only by `noteSent`.
 */
import type { Letter } from "./dead-letter.ts";
import type { PlannedOrder } from "./plan.ts";
import { pastSkips } from "./skips.ts";

export type Verdict =
  /** The order's next event. */
  | "send"
  /** A copy of what is applied or was sent: the consumer acknowledges it without an effect. */
  | "send a copy"
  /** Given up by an operator: removed, not sent. */
  | "remove"
  | UntouchedReason;

export type UntouchedReason =
  /** An order that the plan does not name. */
  | "not in the plan"
  /** A later event than the order had at the snapshot. */
  | "after the snapshot"
  /** Sent in this very run, and dead again. */
  | "came back"
  /** An event of the order before it was not there. */
  | "out of sequence";

export type RunMemory = {
  /** Sends a letter also ahead of one that lies behind it; the consumer's fence parks it. */
  readonly order: "in sequence" | "as it lies";
  readonly plan: ReadonlyMap<string, PlannedOrder>;
  /** What comes after each order's last event that was sent or applied, or else the plan's first. */
  readonly next: Map<string, number>;
  /** The ids that the queue gave to what was sent: they are kept when SQS moves it back (2.25). */
  readonly sentIds: Set<string>;
  /** What its consumer does not handle and was sent: `ORDER/SEQUENCE`. */
  readonly passed: Set<string>;
};

/** An event that was given up needs no sending: what comes after it is next. */
const startOf = (planned: PlannedOrder): number =>
  Math.max(planned.fromSequence, (planned.discardedSequence ?? 0) + 1);

export const newMemory = (
  orders: readonly PlannedOrder[],
  order: RunMemory["order"] = "in sequence",
): RunMemory => ({
  order,
  plan: new Map(orders.map((order) => [order.orderId, order])),
  next: new Map(),
  sentIds: new Set(),
  passed: new Set(),
});

const placeOf = ({ orderId, sequence }: Pick<Letter, "orderId" | "sequence">): string =>
  `${orderId}/${sequence}`;

export const judgeLetter = (
  { plan, next, sentIds, passed, order }: RunMemory,
  { orderId, sequence, messageId }: Pick<Letter, "orderId" | "sequence" | "messageId">,
): Verdict => {
  const planned = plan.get(orderId);
  if (sentIds.has(messageId)) return "came back";
  if (planned === undefined) return "not in the plan";
  if (sequence > planned.toSequence) return "after the snapshot";
  if (sequence === planned.discardedSequence) return "remove";
  if (order === "as it lies" && sequence >= startOf(planned)) return "send";
  const due = pastSkips(planned, next.get(orderId) ?? startOf(planned));
  if (sequence < due) {
    // The plan counts it, though nobody waits for it.
    const isCounted = planned.untried && planned.skips?.includes(sequence);
    return isCounted && !passed.has(placeOf({ orderId, sequence })) ? "send" : "send a copy";
  }
  return sequence === due ? "send" : "out of sequence";
};

/** Whether by what was sent or applied so far this event may go. */
export const isDueNow = (
  { plan, next }: RunMemory,
  { orderId, sequence }: Pick<Letter, "orderId" | "sequence">,
): boolean => {
  const planned = plan.get(orderId);
  if (planned === undefined) return false;
  return pastSkips(planned, next.get(orderId) ?? startOf(planned)) >= sequence;
};

/** After the send is confirmed, and never before. */
export const noteSent = (
  { plan, next, sentIds, passed }: RunMemory,
  { orderId, sequence }: Pick<Letter, "orderId" | "sequence">,
  newMessageId: string,
): void => {
  sentIds.add(newMessageId);
  const planned = plan.get(orderId);
  // It moves no watermark, so nobody can see it applied.
  if (planned?.skips?.includes(sequence)) {
    passed.add(placeOf({ orderId, sequence }));
    return;
  }
  const due = next.get(orderId) ?? (planned === undefined ? 1 : startOf(planned));
  next.set(orderId, Math.max(due, sequence + 1));
};

/** The consumer's watermark of an order was seen there: what comes after it is due. */
export const noteApplied = ({ plan, next }: RunMemory, orderId: string, sequence: number): void => {
  const planned = plan.get(orderId);
  if (planned === undefined) return;
  next.set(orderId, Math.max(next.get(orderId) ?? startOf(planned), sequence + 1));
};

/**
 * The letters of one receive, in waves: by sequence, and never two of one order in one wave. The
 * entries of a call fail one by one, and a follower must not be sent ahead of its head.
 */
export const inWaves = <T extends Pick<Letter, "orderId" | "sequence">>(
  letters: readonly T[],
): T[][] => {
  const waves: T[][] = [];
  for (const order of Map.groupBy(letters, ({ orderId }) => orderId).values()) {
    const sorted = order.toSorted((a, b) => a.sequence - b.sequence);
    for (const [index, letter] of sorted.entries()) {
      waves[index] = [...(waves[index] ?? []), letter];
    }
  }
  return waves;
};
