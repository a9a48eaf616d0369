/** What the row, the order's events and the first letter in the queue say together of an order. */
import type { LedgerRow, Life } from "../../lambdas/core/ledger-row.ts";
import { lifeOf } from "../../lambdas/core/order-standing.ts";
import type { DeadCause, DeadHead, DeadOrder, Letter } from "./dead-letter.ts";
import { countDead, type DueOrder, dueNext, type Skipping, skipsOf } from "./skips.ts";

/** The first letter of an order that the queue gave out. */
export type PeekedHead = Pick<Letter, "sequence" | "sentAtMs" | "messageId" | "eventType">;

export type OrderEvidence = DueOrder & {
  readonly orderId: string;
  readonly row: Pick<LedgerRow, "seq" | "life">;
  readonly peeked: PeekedHead | undefined;
};

const causeOf = (
  next: number,
  life: Life | undefined,
  peeked: PeekedHead | undefined,
): DeadCause => {
  if (life?.dead !== undefined) return life.dead.cause;
  if (peeked === undefined || peeked.sequence === next) return "receives exhausted";
  return peeked.sequence < next ? "already applied" : "predecessor missing";
};

const headOf = ({ orderId, row, peeked }: OrderEvidence, next: number): DeadHead | undefined => {
  // The row of an unreadable message outlives it: redriven, it is another message, with its own row.
  if (orderId.startsWith("#") && peeked === undefined) return undefined;
  const life = lifeOf(row, next);
  if (life?.dead === undefined && peeked === undefined) return undefined;
  const cause = causeOf(next, life, peeked);
  const ofRow = life?.dead !== undefined || cause === "receives exhausted";
  const eventType = ofRow ? (life?.eventType ?? peeked?.eventType) : peeked?.eventType;
  const messageId = ofRow ? (life?.messageId ?? peeked?.messageId) : peeked?.messageId;
  const error = ofRow ? life?.error : undefined;
  return {
    sequence: ofRow ? next : (peeked?.sequence ?? next),
    ...(eventType === undefined ? {} : { eventType }),
    ...(messageId === undefined ? {} : { messageId }),
    cause,
    ...(error === undefined ? {} : { error: { name: error.name, message: error.message } }),
    attempts: ofRow ? (life?.attempts ?? 0) : 0,
    sinceMs: life?.dead?.atMs ?? peeked?.sentAtMs ?? 0,
  };
};

/** A copy that is past its order lies in front of all that is not applied, and may be alone. */
const lettersOf = (head: DeadHead, order: Skipping): number => {
  if (head.cause === "already applied") return 1 + countDead(order, order.fromSequence);
  return Math.max(1, countDead(order, head.sequence));
};

/** `undefined` for an order of which nothing is dead (any more). */
export const judgeOrder = (evidence: OrderEvidence): DeadOrder | undefined => {
  const { orderId, row, types, peeked } = evidence;
  const fromSequence = dueNext(evidence, row.seq);
  const head = headOf(evidence, fromSequence);
  if (head === undefined) return undefined;
  const toSequence = Math.max(types?.length ?? 0, head.sequence, peeked?.sequence ?? 0);
  const span = { fromSequence, toSequence };
  // Had it run, what it does not handle would not lie there, nor be missing before the head.
  const isUntried =
    head.cause === "receives exhausted" && head.attempts === 0 && head.sequence === row.seq + 1;
  const skipping = skipsOf(evidence, span);
  const order = {
    ...{ ...span, ...skipping },
    ...(isUntried && skipping.skips !== undefined ? { untried: true as const } : {}),
  };
  return {
    ...{ orderId, head, ...order },
    letters: lettersOf(head, order),
    seen: peeked !== undefined,
  };
};
