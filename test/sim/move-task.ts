/**
 * StartMessageMoveTask: takes what is in a dead-letter queue now, oldest first, and sends each to a
 * given queue or back to where SQS took it from, as a new message (2.10, 2.12, 2.13).
 *
 * A message that was put there by hand has no such place (2.23): the task fails, and like one whose
 * destination is gone it leaves the rest where it is. Whoever runs the task sets its pace.
 */
import type { FifoQueue, QueueMessage } from "./fifo-queue.ts";

export type MoveStep =
  | { readonly kind: "moved" }
  | { readonly kind: "completed" }
  | { readonly kind: "failed"; readonly reason: string };

export type MoveTask = {
  readonly from: FifoQueue;
  /** The queue for a message, if there is one. */
  readonly queueFor: (message: QueueMessage) => FifoQueue | undefined;
  readonly ids: () => string;
};

export const moveTask = ({ from, queueFor, ids }: MoveTask) => {
  let left = from.size();
  return (nowMs: number): MoveStep => {
    const message = left === 0 ? undefined : from.oldest();
    if (message === undefined) return { kind: "completed" };
    const to = queueFor(message);
    if (to === undefined) {
      const known = message.movedFrom !== undefined;
      const reason = known ? "NonExistentQueue" : "CouldNotDetermineMessageSource";
      return { kind: "failed", reason };
    }
    left--;
    from.discard(message);
    const { groupId, body } = message;
    to.send({ groupId, body, dedupId: `redrive-${ids()}` }, nowMs);
    return { kind: "moved" };
  };
};
