/** The batch contract (9): what a function may report as failed, and what it must (3.7). */
import type { QueueMessage } from "./fifo-queue.ts";
import type { History } from "./history.ts";
import { placeOf } from "./place-of.ts";

type Received = Pick<QueueMessage, "messageId" | "groupId" | "body">;

/** Whether a function's answer tells anything at all of the batch that it was given. */
export const checkBatch = <M extends Received>(
  history: Pick<History, "violate">,
  batch: readonly M[],
  failed: ReadonlySet<string>,
  isIgnored: (message: M) => boolean = () => false,
): boolean => {
  if (failed.size === 0) return true;
  const ids = new Set(batch.map(({ messageId }) => messageId));
  const unknown = [...failed].filter((id) => !ids.has(id));
  if (unknown.length > 0) {
    history.violate("9 batch contract", `failed ids not of the batch: ${unknown.join(", ")}`);
    return false;
  }
  // What has no effect overtakes nothing.
  const concerned = batch.filter((message) => !isIgnored(message));
  for (const [orderId, messages] of Map.groupBy(concerned, ({ groupId }) => groupId)) {
    const overtaken = overtakenIn(messages, failed);
    if (overtaken !== undefined) history.violate("9 batch contract", `${orderId}: ${overtaken}`);
  }
  return true;
};

/**
 * A reported event and a deleted later one of the same order: the later one overtook it. Of two
 * copies of one event, one may be handed back while the other one is done.
 */
const overtakenIn = (
  messages: readonly Received[],
  failed: ReadonlySet<string>,
): string | undefined => {
  const done = new Set<number>();
  for (const { messageId, body } of messages) {
    if (!failed.has(messageId)) done.add(placeOf(body).sequence);
  }
  const last = Math.max(0, ...done);
  const sequences = messages.map(({ body }) => placeOf(body).sequence);
  const open = sequences.find((sequence) => sequence < last && !done.has(sequence));
  return open === undefined ? undefined : `${last} done before ${open}`;
};
