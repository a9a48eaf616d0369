import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";

const COUNTS = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
] as const;

export type QueueCounts = {
  /** To be received, now or after a delay. */
  readonly waiting: number;
  /** Received and not deleted: being worked on, or hidden until a next try. */
  readonly inFlight: number;
};

/** Approximate, as SQS counts. */
export const queueCounts = async (client: SQSClient, queueUrl: string): Promise<QueueCounts> => {
  const command = new GetQueueAttributesCommand({
    QueueUrl: queueUrl,
    AttributeNames: [...COUNTS],
  });
  const { Attributes = {} } = await client.send(command);
  const [visible = 0, hidden = 0, delayed = 0] = COUNTS.map((name) =>
    Number(Attributes[name] ?? 0),
  );
  return { waiting: visible + delayed, inFlight: hidden };
};

/** Every message that a queue holds, whether or not it can be received right now. */
export const queueDepth = async (client: SQSClient, queueUrl: string): Promise<number> => {
  const { waiting, inFlight } = await queueCounts(client, queueUrl);
  return waiting + inFlight;
};
