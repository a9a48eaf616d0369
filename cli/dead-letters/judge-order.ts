/** What the row, the order's version and the first letter in the queue say together of an order. */
import type { LedgerRow, Life } from "../../lambdas/core/ledger-row.ts";
import type { DeadCause, DeadHead, DeadOrder, Letter } from "./dead-letter.ts";

/** The first letter of an order that the queue gave out. */
export type PeekedHead = Pick<Letter, "sequence" | "sentAtMs" | "messageId" | "eventType">;

export type OrderEvidence = {
  readonly orderId: string;
  readonly row: Pick<LedgerRow, "seq" | "life">;
  /** Events of the order; missing for one that is not in the store, as an unreadable message. */
  readonly version: number | undefined;
  readonly peeked: PeekedHead | undefined;
};

const nextLife = ({ seq, life }: OrderEvidence["row"]): Life | undefined =>
  life?.seq === seq + 1 ? life : undefined;

const causeOf = (
  next: number,
  life: Life | undefined,
  peeked: PeekedHead | undefined,
): DeadCause => {
  if (life?.dead !== undefined) return life.dead.cause;
  if (peeked === undefined || peeked.sequence === next) return "receives exhausted";
  return peeked.sequence < next ? "already applied" : "predecessor missing";
};

const headOf = ({ orderId, row, peeked }: OrderEvidence): DeadHead | undefined => {
  // The row of an unreadable message outlives it: redriven, it is another message, with its own row.
  if (orderId.startsWith("#") && peeked === undefined) return undefined;
  const life = nextLife(row);
  if (life?.dead === undefined && peeked === undefined) return undefined;
  const next = row.seq + 1;
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
const lettersOf = (head: DeadHead, next: number, last: number): number => {
  if (head.cause === "already applied") return 1 + Math.max(0, last - next + 1);
  return Math.max(1, last - head.sequence + 1);
};

/** `undefined` for an order of which nothing is dead (any more). */
export const judgeOrder = (evidence: OrderEvidence): DeadOrder | undefined => {
  const head = headOf(evidence);
  if (head === undefined) return undefined;
  const { orderId, row, version, peeked } = evidence;
  const fromSequence = row.seq + 1;
  const toSequence = Math.max(version ?? 0, head.sequence, peeked?.sequence ?? 0);
  return {
    orderId,
    head,
    fromSequence,
    toSequence,
    letters: lettersOf(head, fromSequence, toSequence),
    seen: peeked !== undefined,
  };
};
