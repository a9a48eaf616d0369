import type { SQSClient } from "@aws-sdk/client-sqs";
import { queueCounts } from "../queue-depth.ts";
import type { Letter } from "./dead-letter.ts";
import { hideLetters, receiveLetters } from "./receive-letters.ts";

const HIDE_SECONDS = 60;

/**
 * The first letter of an order that the queue gives out, body and all; `undefined` when there is
 * none, or somebody else hides it. A queue cannot be asked for a group (2.6): it is looked through
 * from the front. All that was looked at is released.
 */
export const findLetter = async (
  sqs: SQSClient,
  queueUrl: string,
  orderId: string,
  signal?: AbortSignal,
): Promise<Letter | undefined> => {
  const { waiting } = await queueCounts(sqs, queueUrl);
  const handles: string[] = [];
  try {
    while (handles.length < waiting && !signal?.aborted) {
      const letters = await receiveLetters(sqs, queueUrl, { hideSeconds: HIDE_SECONDS });
      if (letters.length === 0) return undefined;
      handles.push(...letters.map(({ receiptHandle }) => receiptHandle));
      const own = letters.filter((letter) => letter.orderId === orderId);
      const [first] = own.toSorted((a, b) => a.sequence - b.sequence);
      if (first !== undefined) return first;
    }
    return undefined;
  } finally {
    await hideLetters(sqs, queueUrl, handles, 0);
  }
};
