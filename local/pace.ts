/**
 * How long a poller waits after a batch that was not full, so that the next one holds more: messages
 * one by one cost three times the work of messages by the ten. It follows the time that the batch
 * took, so that waiting stays short on an idle machine and work is saved on a busy one, and how full
 * it was: a single message that took long says nothing about others, which are not to wait for it. A
 * full batch means a backlog: then there is no waiting at all.
 */
const MIN_MS = 25;
const MAX_MS = 200;
/** Times what the batch took, after one that was all but full. */
const WAIT_FOR_WORK = 2;

export const paceMs = (batch: {
  readonly size: number;
  readonly limit: number;
  readonly tookMs: number;
}): number => {
  const { size, limit, tookMs } = batch;
  if (size >= limit) return 0;
  const fullness = Math.max(0, size - 1) / (limit - 1);
  return Math.min(MAX_MS, Math.max(MIN_MS, WAIT_FOR_WORK * tookMs * fullness));
};
