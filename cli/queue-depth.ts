import type { SQSClient } from "@aws-sdk/client-sqs";
import { readQueueCounts } from "../lambdas/aws/queue-counts.ts";

export type QueueCounts = {
  /** To be received, now or after a delay. */
  readonly waiting: number;
  /** Received and not deleted: being worked on, or hidden until a next try. */
  readonly inFlight: number;
};

/** Approximate, as SQS counts. Rejects unless the queue has told all its counts. */
export const queueCounts = async (
  client: Pick<SQSClient, "send">,
  queueUrl: string,
): Promise<QueueCounts> => {
  const { all, hidden } = await readQueueCounts(client, queueUrl);
  return { waiting: all - hidden, inFlight: hidden };
};

/** Every message that a queue holds, whether or not it can be received right now. */
export const queueDepth = async (
  client: Pick<SQSClient, "send">,
  queueUrl: string,
): Promise<number> => (await readQueueCounts(client, queueUrl)).all;
