/** Dead letters as an operator meets them: the row tells why, the dead-letter queue holds them. */
import { randomUUID } from "node:crypto";
import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { type ConsumerName, consumerOf, readRows } from "./consumers.ts";
import type { Row } from "./read-items.ts";
import { waitFor } from "./wait-for.ts";
import type { World } from "./world.ts";

/** Long enough to look at ten letters, short enough to be in nobody's way. */
const LOOK_SECONDS = 5;

export const sendToQueue = async (
  world: World,
  consumer: ConsumerName,
  { group, body }: { readonly group: string; readonly body: string },
): Promise<string> => {
  const command = new SendMessageCommand({
    QueueUrl: consumerOf(world, consumer).queueUrl,
    MessageBody: body,
    MessageGroupId: group,
    MessageDeduplicationId: randomUUID(),
  });
  return (await world.stage.sqs.send(command)).MessageId ?? "";
};

/** The row of an order, or of an unreadable message, once its next event is decided dead. */
export const waitUntilDead = (world: World, consumer: ConsumerName, rowId: string): Promise<Row> =>
  waitFor(
    () =>
      `${consumer} has not given up on ${rowId}. Where its dead-letter budget is spent, it goes ` +
      "on trying: see the metric and alarm of outages.",
    world.patienceMs,
    async () => (await readRows(world, consumer, [rowId])).find(({ life }) => life?.dead),
  );

const isOf = (group: string) => (message: Message) =>
  message.Attributes?.MessageGroupId === group || (message.Body ?? "").includes(`"${group}"`);

/** Waits for dead letters of a group and takes them out; all others it gives back as they were. */
export const takeDeadLetters = async (
  world: World,
  consumer: ConsumerName,
  { group, count }: { readonly group: string; readonly count: number },
): Promise<string[]> => {
  const { sqs } = world.stage;
  const QueueUrl = consumerOf(world, consumer).deadLetterQueueUrl;
  const taken: string[] = [];
  const what = () =>
    `${taken.length} of ${count} dead letters of ${group} are in ${consumer}'s dead-letter queue`;
  await waitFor(what, world.patienceMs, async () => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        ...{ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: LOOK_SECONDS },
        MessageSystemAttributeNames: ["MessageGroupId"],
      }),
    );
    const own = Messages.filter(isOf(group));
    const others = Messages.filter((message) => !own.includes(message));
    for (const { Body = "", ReceiptHandle } of own) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      taken.push(Body);
    }
    if (others.length > 0 && taken.length >= count) {
      const Entries = others.map(({ ReceiptHandle }, index) => ({
        ...{ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 },
      }));
      await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }));
    }
    return taken.length >= count ? true : undefined;
  });
  return taken;
};

/** Forgets a row that stands for nothing but a message of this run. */
export const dropRow = async (
  { stage, ...world }: World,
  consumer: ConsumerName,
  rowId: string,
): Promise<void> => {
  const name = consumerOf({ stage, ...world }, consumer).name;
  const Key = { orderId: { S: rowId }, consumer: { S: name } };
  await stage.dynamo.send(new DeleteItemCommand({ TableName: stage.outputs.DedupTable, Key }));
};
