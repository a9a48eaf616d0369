/** A FIFO queue in virtual time, as far as the messages of a backlog need one: no two of one order. */
import type { Clock, Message, SourceQueue } from "../../lambdas/core/ports.ts";

export type Backlog = SourceQueue & {
  /** Up to ten messages that are visible now, oldest first. */
  readonly receive: () => readonly Message[];
  readonly left: () => number;
  /** How often a message was handed back. */
  readonly returned: () => number;
};

/** The most that a queue with FIFO hands over at once. */
export const BATCH = 10;
/** Six times a function's timeout, as the queues have it; nothing here should ever wait for it. */
const VISIBILITY_MS = 180_000;

type Entry = { readonly message: Message; receives: number; visibleAtMs: number };

export const backlog = (clock: Clock, bodies: readonly string[]): Backlog => {
  const sentAtMs = clock.nowMs();
  let returned = 0;
  const entries = new Map<string, Entry>(
    bodies.map((body, index) => {
      const messageId = `message-${index}`;
      const message = { messageId, receiptHandle: messageId, receiveCount: 1, sentAtMs, body };
      return [messageId, { message, receives: 0, visibleAtMs: sentAtMs }];
    }),
  );
  return {
    receive: () => {
      const batch: Message[] = [];
      for (const entry of entries.values()) {
        if (entry.visibleAtMs > clock.nowMs()) continue;
        entry.receives++;
        entry.visibleAtMs = clock.nowMs() + VISIBILITY_MS;
        batch.push({ ...entry.message, receiveCount: entry.receives });
        if (batch.length === BATCH) break;
      }
      return batch;
    },
    left: () => entries.size,
    returned: () => returned,
    hide: async (hidden) => {
      for (const { message, seconds } of hidden) {
        const entry = entries.get(message.messageId);
        if (entry === undefined) continue;
        returned++;
        entry.visibleAtMs = clock.nowMs() + seconds * 1_000;
      }
    },
    remove: async (messages) => {
      for (const { messageId } of messages) entries.delete(messageId);
    },
  };
};
