/**
 * How old the oldest message of a queue is, as far as one machine can know it: no emulator here tells.
 *
 * Of the messages that were received and not deleted since, the earliest sent one. Where none is
 * known and yet some wait, since when: the queue was last seen empty, or something was last received.
 * So it is the age of what is retried, and how long nobody has worked at the queue. What waits behind
 * a working consumer and was never received is not known. A restart forgets it all.
 */
export type OldestMessage = {
  readonly received: (messages: readonly ReceivedMessage[], nowMs: number) => void;
  readonly deleted: (messageIds: readonly string[]) => void;
  /** 0 for an empty queue. */
  readonly ageMs: (queue: QueueState, nowMs: number) => number;
};

export type ReceivedMessage = {
  readonly messageId: string;
  readonly sentAtMs: number;
  readonly receiveCount: number;
};

export type QueueState = {
  /** What it counts just now, hidden ones too. */
  readonly depth: number;
  /** After so many receives a message is moved to a dead-letter queue; infinite without one. */
  readonly maxReceiveCount: number;
};

export const trackOldestMessage = (startedMs: number): OldestMessage => {
  /** The one that was received last stands last. */
  const known = new Map<string, ReceivedMessage>();
  let idleSinceMs = startedMs;

  /** What is moved to a dead-letter queue is never seen again, and no more are here than are counted. */
  const forget = ({ depth, maxReceiveCount }: QueueState) => {
    for (const { messageId, receiveCount } of known.values())
      if (receiveCount >= maxReceiveCount) known.delete(messageId);
    for (const id of known.keys()) {
      if (known.size <= depth) return;
      known.delete(id);
    }
  };

  return {
    received: (messages, nowMs) => {
      for (const message of messages) {
        known.delete(message.messageId);
        known.set(message.messageId, message);
        idleSinceMs = nowMs;
      }
    },
    deleted: (messageIds) => {
      for (const id of messageIds) known.delete(id);
    },
    ageMs: (queue, nowMs) => {
      forget(queue);
      if (queue.depth === 0) {
        idleSinceMs = nowMs;
        return 0;
      }
      const sentAt = [...known.values()].map(({ sentAtMs }) => sentAtMs);
      const sinceMs = sentAt.length > 0 ? Math.min(...sentAt) : idleSinceMs;
      return Math.max(0, nowMs - sinceMs);
    },
  };
};
