import type { LedgerRow, Life } from "./ledger-row.ts";

/** What the operator looked at: the next due event of the order, and the life it had then, if any. */
export type Seen = {
  readonly seq: number;
  /** The watermark then, where nothing between it and the event is due; else the one before it. */
  readonly afterSeq?: number;
  readonly life?: Pick<Life, "messageId"> | undefined;
};

/**
 * Moves the watermark past a dead event without its effect, and lets its followers go.
 *
 * Only past the very event and life that the operator saw: a redrive in between has started
 * another life, whose attempt may be running. A message that SQS moved after its last receive has
 * no decision, and one whose function never started has no life; both can be discarded too.
 * `undefined` when the row is no longer as it was seen; then nothing may be written.
 */
export const discardEvent = (
  row: LedgerRow,
  seen: Seen,
  audit: { readonly who: string; readonly why: string; readonly atMs: number },
): LedgerRow | undefined => {
  const { afterSeq = seen.seq - 1 } = seen;
  if (row.seq !== afterSeq || seen.seq <= afterSeq) return undefined;
  const life = row.life?.seq === seen.seq ? row.life : undefined;
  if (life?.messageId !== seen.life?.messageId) return undefined;
  const { life: _over, ...kept } = row;
  return {
    ...kept,
    seq: seen.seq,
    rev: row.rev + 1,
    by: `discard/${audit.who}/${audit.atMs}`,
    discarded: [
      ...(row.discarded ?? []),
      {
        ...audit,
        seq: seen.seq,
        ...(life === undefined ? {} : { messageId: life.messageId }),
        ...(life?.eventType === undefined ? {} : { eventType: life.eventType }),
        cause: life?.dead?.cause ?? "receives exhausted",
      },
    ],
  };
};
