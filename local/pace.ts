/**
 * How long a poller waits after a batch that was not full, so that the next one holds more: messages
 * one by one cost three times the work of messages by the ten. It follows the time that the batch
 * took, so that waiting stays short on an idle machine and work is saved on a busy one. A full batch
 * means a backlog: then there is no waiting at all.
 */
const MIN_MS = 25;
const MAX_MS = 200;
const WAIT_FOR_WORK = 2;

export const paceMs = (batch: {
  readonly size: number;
  readonly limit: number;
  readonly tookMs: number;
}): number => {
  if (batch.size >= batch.limit) return 0;
  return Math.min(MAX_MS, Math.max(MIN_MS, WAIT_FOR_WORK * batch.tookMs));
};
