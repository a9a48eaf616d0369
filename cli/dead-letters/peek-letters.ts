/**
 * Looks at the first letter of each order: the only one that a FIFO queue gives out, since a hidden
 * message hides its group (2.7). All that was looked at is released at the end; should this process
 * be killed, it comes back by itself.
 */
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { PeekedHead } from "./judge-order.ts";
import {
  forEachAtATime,
  hideLetters,
  LONGEST_HOLD_SECONDS,
  receiveLetters,
} from "./receive-letters.ts";

export type Peeked = {
  /** By order id, in the order in which the queue gave them out. */
  readonly heads: ReadonlyMap<string, PeekedHead>;
  /** False where some orders' first letters may not have been seen. */
  readonly complete: boolean;
};

export const PARTLY_SEEN = "not every order's first letter could be seen: some may be missing here";

export type Peek = {
  readonly visible: number;
  readonly onProgress?: (looked: number) => void;
  readonly signal?: AbortSignal | undefined;
};

const WORKERS = 4;
/** A queue gives out no more than this many that are not deleted (2.4). */
const IN_FLIGHT = 120_000;

/**
 * A queue that gives out nothing more, after fewer letters than it counts, has been seen whole: the
 * rest lie behind the orders' first letters, as long as there are any. Rejects where the queue
 * cannot be read; ends where it is told to, incomplete.
 */
export const peekLetters = async (
  sqs: SQSClient,
  queueUrl: string,
  { visible, onProgress, signal }: Peek,
): Promise<Peeked> => {
  const heads = new Map<string, PeekedHead>();
  const handles: string[] = [];
  const ids = new Set<string>();
  // What comes again was hidden for too short a time: the look would go round and round.
  const isWhole = (): boolean => handles.length === ids.size;
  const look = async (): Promise<void> => {
    while (ids.size < visible && isWhole() && !signal?.aborted) {
      const letters = await receiveLetters(sqs, queueUrl, { hideSeconds: LONGEST_HOLD_SECONDS });
      if (letters.length === 0) return;
      for (const { orderId, sequence, sentAtMs, messageId, eventType, receiptHandle } of letters) {
        handles.push(receiptHandle);
        ids.add(messageId);
        const before = heads.get(orderId);
        if (before !== undefined && before.sequence <= sequence) continue;
        const type = eventType === undefined ? {} : { eventType };
        heads.set(orderId, { sequence, sentAtMs, messageId, ...type });
      }
      onProgress?.(ids.size);
    }
  };
  try {
    await forEachAtATime(Array.from({ length: WORKERS }), WORKERS, look);
    const isOver = visible === 0 || (ids.size > 0 && ids.size < IN_FLIGHT);
    return { heads, complete: isOver && isWhole() && signal?.aborted !== true };
  } finally {
    await hideLetters(sqs, queueUrl, handles, 0);
  }
};
