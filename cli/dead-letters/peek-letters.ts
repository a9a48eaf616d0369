/**
 * Looks at the first letter of each order: the only one that a FIFO queue gives out, since a hidden
 * message hides its group (2.7). All that was looked at is released at the end; should this process
 * be killed, it comes back by itself.
 */
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { PeekedHead } from "./judge-order.ts";
import { forEachAtATime, hideLetters, receiveLetters } from "./receive-letters.ts";

export type Peek = {
  readonly visible: number;
  readonly onProgress?: (looked: number) => void;
  readonly signal?: AbortSignal | undefined;
};

const HIDE_SECONDS = 120;
const WORKERS = 4;

/** By order id, in the order in which the queue gave them out. */
export const peekLetters = async (
  sqs: SQSClient,
  queueUrl: string,
  { visible, onProgress, signal }: Peek,
): Promise<ReadonlyMap<string, PeekedHead>> => {
  const heads = new Map<string, PeekedHead>();
  const handles: string[] = [];
  const look = async (): Promise<void> => {
    while (handles.length < visible && !signal?.aborted) {
      const letters = await receiveLetters(sqs, queueUrl, { hideSeconds: HIDE_SECONDS });
      if (letters.length === 0) return;
      for (const { orderId, sequence, sentAtMs, messageId, eventType, receiptHandle } of letters) {
        handles.push(receiptHandle);
        const before = heads.get(orderId);
        if (before !== undefined && before.sequence <= sequence) continue;
        const type = eventType === undefined ? {} : { eventType };
        heads.set(orderId, { sequence, sentAtMs, messageId, ...type });
      }
      onProgress?.(handles.length);
    }
  };
  try {
    await forEachAtATime(Array.from({ length: WORKERS }), WORKERS, look);
    return heads;
  } finally {
    await hideLetters(sqs, queueUrl, handles, 0);
  }
};
