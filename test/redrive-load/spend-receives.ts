/**
 * Brings a queue's messages into its dead-letter queue as an outage of the functions does: they are
 * received and never deleted, until SQS itself moves them. Nothing decided them dead, so the rows
 * know nothing of it.
 */
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { forEachAtATime } from "../../cli/dead-letters/receive-letters.ts";
import { queueDepth } from "../../cli/queue-depth.ts";
import type { Stage } from "../../cli/stage-clients.ts";
import type { ConsumerOutput } from "../../cli/stage-outputs.ts";

const WORKERS = 4;

/** Until so many letters are there. The consumer's mapping is paused meanwhile. */
export const spendReceives = async (
  { sqs }: Stage,
  { queueUrl, deadLetterQueueUrl }: ConsumerOutput,
  letters: number,
): Promise<void> => {
  const command = new ReceiveMessageCommand({
    ...{ QueueUrl: queueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0, WaitTimeSeconds: 1 },
  });
  const work = async (): Promise<void> => {
    for (;;) {
      const { Messages = [] } = await sqs.send(command);
      const isOver =
        Messages.length === 0 && (await queueDepth(sqs, deadLetterQueueUrl)) >= letters;
      if (isOver) return;
    }
  };
  await forEachAtATime(Array.from({ length: WORKERS }), WORKERS, work);
};
