import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";

const COUNTS = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
] as const;

export type QueueCounts = {
  readonly all: number;
  /** Of those, what a consumer holds or waits to try again. */
  readonly hidden: number;
};

/** Throws unless the queue has told all its counts. */
export const readQueueCounts = async (
  sqs: Pick<SQSClient, "send">,
  queueUrl: string,
): Promise<QueueCounts> => {
  const AttributeNames = [...COUNTS];
  const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames });
  const { Attributes = {} } = await sqs.send(command);
  const [visible, hidden, delayed] = COUNTS.map((name) => Number(Attributes[name] ?? Number.NaN));
  const all = (visible ?? 0) + (hidden ?? 0) + (delayed ?? 0);
  if (hidden === undefined || Number.isNaN(all)) {
    throw new Error(`the queue ${queueUrl} did not tell how many messages it holds`);
  }
  return { all, hidden };
};
