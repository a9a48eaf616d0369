/**
 * What somebody would write by hand over the same topic and queues, without any of the guarantees:
 * publish in batches; for each queue receive ten, write an item an event, delete. The writes of a
 * batch go out at once, and the five queues are worked on side by side.
 */
import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { PublishBatchCommand, type SNSClient } from "@aws-sdk/client-sns";
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { Publication } from "../../lambdas/core/ports.ts";

export type BareLoop = {
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;
  readonly topicArn: string;
  readonly queueUrls: readonly string[];
  /** Keyed by `pk`. */
  readonly table: string;
};

const AT_ONCE = 10;
const POLL_SECONDS = 1;

const publish = async (
  { sns, topicArn }: BareLoop,
  events: readonly Publication[],
): Promise<void> => {
  for (let from = 0; from < events.length; from += AT_ONCE) {
    const entries = events.slice(from, from + AT_ONCE).map(({ orderId, eventId, body }, index) => ({
      ...{ Id: `${index}`, Message: body },
      ...{ MessageGroupId: orderId, MessageDeduplicationId: eventId },
    }));
    const { Failed = [] } = await sns.send(
      new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries: entries }),
    );
    if (Failed.length > 0) throw new Error(`${Failed.length} entries were not published`);
  }
};

const write = async ({ dynamodb, table }: BareLoop, queueUrl: string, { Body = "" }: Message) => {
  const { id, subject, sequence } = JSON.parse(Body) as Record<string, string>;
  const values = { ":id": { S: id ?? "" }, ":sequence": { N: sequence ?? "" } };
  await dynamodb.send(
    new UpdateItemCommand({
      TableName: table,
      Key: { pk: { S: `${queueUrl}/${subject}` } },
      UpdateExpression: "SET eventId = :id, seq = :sequence",
      ExpressionAttributeValues: values,
    }),
  );
};

/** Until it has had so many messages. */
const consume = async (loop: BareLoop, QueueUrl: string, events: number): Promise<void> => {
  for (let left = events; left > 0; ) {
    const { Messages = [] } = await loop.sqs.send(
      new ReceiveMessageCommand({
        ...{ QueueUrl, MaxNumberOfMessages: AT_ONCE, WaitTimeSeconds: POLL_SECONDS },
      }),
    );
    if (Messages.length === 0) continue;
    await Promise.all(Messages.map((message) => write(loop, QueueUrl, message)));
    const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
    await loop.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    left -= Messages.length;
  }
};

/** Ends when every event is at every queue's consumer. */
export const runBareLoop = async (
  loop: BareLoop,
  events: readonly Publication[],
): Promise<void> => {
  const consumers = loop.queueUrls.map((queueUrl) => consume(loop, queueUrl, events.length));
  await Promise.all([publish(loop, events), ...consumers]);
};
