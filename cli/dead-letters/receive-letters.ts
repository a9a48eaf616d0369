/** The few calls on a dead-letter queue. It has no redrive policy, so a receive harms nothing. */
import {
  ChangeMessageVisibilityBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { Letter } from "./dead-letter.ts";
import { readLetter } from "./read-letter.ts";

/** The most entries that one call takes. */
export const BATCH = 10;
/** A receive that does not wait may miss what is there; one that does ends when something is. */
export const LONG_POLL_SECONDS = 1;
/** No run and no look hides what it does not touch for longer; a killed one's is back after this. */
export const LONGEST_HOLD_SECONDS = 90;
const CALLS_AT_A_TIME = 8;

export type Receiving = {
  readonly max?: number;
  /** How long the letters stay hidden unless they are released or deleted. */
  readonly hideSeconds: number;
  readonly waitSeconds?: number;
};

export const receiveMessages = async (
  sqs: SQSClient,
  queueUrl: string,
  { max = BATCH, hideSeconds, waitSeconds = LONG_POLL_SECONDS }: Receiving,
): Promise<readonly Message[]> => {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: max,
      VisibilityTimeout: hideSeconds,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ["MessageGroupId", "SentTimestamp", "ApproximateReceiveCount"],
    }),
  );
  return Messages;
};

export const receiveLetters = async (
  sqs: SQSClient,
  queueUrl: string,
  receiving: Receiving,
): Promise<Letter[]> => (await receiveMessages(sqs, queueUrl, receiving)).map(readLetter);

export const chunksOf = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );

/** Runs a few at a time; the first that rejects ends it. */
export const forEachAtATime = async <T>(
  items: readonly T[],
  atATime: number,
  run: (item: T) => Promise<unknown>,
): Promise<void> => {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await run(item);
  };
  await Promise.all(Array.from({ length: Math.min(atATime, items.length) }, worker));
};

/**
 * Sets when letters are visible again; 0 gives them back. Never throws: what fails comes back when
 * its time is over. The last received goes first, so that a group is whole again before its head
 * can be received.
 */
export const hideLetters = async (
  sqs: SQSClient,
  queueUrl: string,
  receiptHandles: readonly string[],
  seconds: number,
): Promise<void> => {
  await forEachAtATime(chunksOf(receiptHandles.toReversed(), BATCH), CALLS_AT_A_TIME, (chunk) => {
    const Entries = chunk.map((ReceiptHandle, index) => ({
      ...{ Id: String(index), ReceiptHandle, VisibilityTimeout: seconds },
    }));
    const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries });
    return sqs.send(command).catch(() => {});
  });
};
