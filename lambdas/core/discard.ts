import type { LedgerRow, Life } from "./ledger-row.ts";

/**
 * Moves the watermark past a dead event without its effect, and lets its followers go.
 *
 * Only the very life that the operator looked at: a redrive in between has started another, whose
 * event may be running. `undefined` when it is no longer that; then nothing may be written.
 */
export const discardDead = (
  row: LedgerRow,
  seen: Pick<Life, "seq" | "messageId">,
  audit: { readonly who: string; readonly why: string; readonly atMs: number },
): LedgerRow | undefined => {
  const { life, ...kept } = row;
  if (life?.dead === undefined || life.seq !== row.seq + 1) return undefined;
  if (life.seq !== seen.seq || life.messageId !== seen.messageId) return undefined;
  const { dead, seq, messageId, eventType } = life;
  const discarded = { ...audit, seq, messageId, cause: dead.cause };
  return {
    ...kept,
    seq,
    rev: row.rev + 1,
    by: `discard/${messageId}`,
    discarded: [
      ...(row.discarded ?? []),
      { ...discarded, ...(eventType === undefined ? {} : { eventType }) },
    ],
  };
};
