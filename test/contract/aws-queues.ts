/** SQS, SNS and the embedded runtime's mapping over any endpoint that speaks AWS. */
import { randomUUID } from "node:crypto";
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  PublishBatchCommand,
  type SNSClient,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { createEventSourceMapping } from "../../local/event-source-mapping.ts";
import { sqsPollLoop } from "../../local/sqs-event-source.ts";
import { silentMeter } from "../local/silent-meter.ts";
import { startMove } from "./aws-move-task.ts";
import { poolOf } from "./function-stub.ts";
import { replyOf } from "./reply.ts";
import type {
  FunctionUnderTest,
  QueueOptions,
  QueuesUnderTest,
  QueueUnderTest,
  Received,
  Reply,
  TopicUnderTest,
} from "./under-test.ts";

export type AwsQueue = QueueUnderTest & { readonly url: string; readonly arn: string };

type Clients = { readonly sqs: SQSClient; readonly sns: SNSClient };

const attributesOf = (options: QueueOptions): Record<string, string> => {
  const { kind = "fifo", visibilitySeconds, retentionSeconds, scope, throughput } = options;
  const { redrive } = options;
  const target = redrive && { ...redrive, deadLetterTargetArn: (redrive.to as AwsQueue).arn };
  const policy = target && JSON.stringify({ ...target, to: undefined });
  const wanted = {
    FifoQueue: kind === "fifo" ? "true" : undefined,
    ContentBasedDeduplication: kind === "fifo" ? "true" : undefined,
    VisibilityTimeout: visibilitySeconds,
    MessageRetentionPeriod: retentionSeconds,
    DeduplicationScope: scope,
    FifoThroughputLimit: throughput,
    RedrivePolicy: policy,
  };
  const given = Object.entries(wanted).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
};

const receivedOf = (message: Message): Received => {
  const { Attributes = {} } = message;
  const source = Attributes.DeadLetterQueueSourceArn?.split(":").at(-1);
  return {
    messageId: message.MessageId ?? "",
    receipt: message.ReceiptHandle ?? "",
    body: message.Body ?? "",
    receiveCount: Number(Attributes.ApproximateReceiveCount),
    ...(Attributes.MessageGroupId ? { group: Attributes.MessageGroupId } : {}),
    ...(Attributes.MessageDeduplicationId ? { dedup: Attributes.MessageDeduplicationId } : {}),
    ...(source === undefined ? {} : { movedFrom: source }),
  };
};

const createQueue = async ({ sqs }: Clients, options: QueueOptions): Promise<AwsQueue> => {
  const { kind = "fifo" } = options;
  const name = `contract-${randomUUID()}${kind === "fifo" ? ".fifo" : ""}`;
  const Attributes = attributesOf(options);
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  const names = { QueueUrl, AttributeNames: ["QueueArn" as const] };
  const told = await sqs.send(new GetQueueAttributesCommand(names));
  return {
    ...{ name, url: QueueUrl, arn: told.Attributes?.QueueArn ?? "" },
    send: async ({ group = "g", dedup, body }) => {
      const fifo = {
        MessageGroupId: group,
        ...(dedup === undefined ? {} : { MessageDeduplicationId: dedup }),
      };
      const entry = { QueueUrl, MessageBody: body, ...(kind === "fifo" ? fifo : {}) };
      return (await sqs.send(new SendMessageCommand(entry))).MessageId ?? "";
    },
    receive: async ({ max = 1, visibilitySeconds } = {}) => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          ...{ QueueUrl, MaxNumberOfMessages: max, MessageSystemAttributeNames: ["All"] },
          ...(visibilitySeconds === undefined ? {} : { VisibilityTimeout: visibilitySeconds }),
        }),
      );
      return Messages.map(receivedOf);
    },
    remove: ({ receipt }) =>
      replyOf(sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receipt }))),
    hide: ({ receipt }, VisibilityTimeout) => {
      const change = { QueueUrl, ReceiptHandle: receipt, VisibilityTimeout };
      return replyOf(sqs.send(new ChangeMessageVisibilityCommand(change)));
    },
    purge: async () => {
      await sqs.send(new PurgeQueueCommand({ QueueUrl }));
    },
    switchScope: async () => {
      const wide = { DeduplicationScope: "messageGroup", FifoThroughputLimit: "perMessageGroupId" };
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: wide }));
    },
    destroy: async () => {
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    },
  };
};

const createTopic = ({ sns }: Clients, TopicArn: string): TopicUnderTest => ({
  subscribe: (queue, { deadLetters } = {}) => {
    const target = deadLetters && { deadLetterTargetArn: (deadLetters as AwsQueue).arn };
    const Attributes = {
      RawMessageDelivery: "true",
      ...(target === undefined ? {} : { RedrivePolicy: JSON.stringify(target) }),
    };
    const Endpoint = (queue as AwsQueue).arn;
    return replyOf(
      sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint, Attributes })),
    );
  },
  publish: async (entries) => {
    const PublishBatchRequestEntries = entries.map(({ group = "g", dedup, body }, index) => ({
      ...{ Id: `${index}`, Message: body, MessageGroupId: group, MessageDeduplicationId: dedup },
    }));
    const command = new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries });
    const { Successful = [], Failed = [] } = await sns.send(command);
    return entries.map((_entry, index): Reply => {
      if (Successful.some(({ Id }) => Id === `${index}`)) return "ok";
      return Failed.find(({ Id }) => Id === `${index}`)?.Code ?? "no result";
    });
  },
});

/** The embedded runtime's mapping of a queue, its function in this process. */
const map = (sqs: SQSClient, queue: AwsQueue, run: FunctionUnderTest, pollers: number) => {
  type Event = {
    Records: { messageId: string; body: string; attributes: Record<string, string> }[];
  };
  const pool = poolOf<Event>(({ Records }) =>
    run(
      Records.map(({ messageId, body, attributes }) => ({
        ...{ id: messageId, body, receiveCount: Number(attributes.ApproximateReceiveCount) },
      })),
    ),
  );
  const loop = sqsPollLoop({
    ...{ sqs, queueUrl: queue.url, queueArn: queue.arn, batchSize: 10, pool },
    ...{ reportsItemFailures: true, meter: silentMeter, onProblem: () => {} },
  });
  const loops = Array.from({ length: pollers }, () => loop);
  const about = { id: queue.name, functionName: "contract", enabled: true };
  return createEventSourceMapping({ ...about, loops }).pause;
};

export const awsQueues = (clients: Clients) => {
  const endings: (() => Promise<unknown>)[] = [];
  const queues: QueuesUnderTest = {
    createQueue: async (options = {}) => {
      const queue = await createQueue(clients, options);
      endings.push(queue.destroy);
      return queue;
    },
    createTopic: async (FifoThroughputScope) => {
      const Attributes = {
        FifoTopic: "true",
        ContentBasedDeduplication: "false",
        ...(FifoThroughputScope === undefined ? {} : { FifoThroughputScope }),
      };
      const Name = `contract-${randomUUID()}.fifo`;
      const { TopicArn = "" } = await clients.sns.send(
        new CreateTopicCommand({ Name, Attributes }),
      );
      endings.push(() => clients.sns.send(new DeleteTopicCommand({ TopicArn })));
      return createTopic(clients, TopicArn);
    },
    move: (from, options = {}) => startMove(clients.sqs, from as AwsQueue, options),
    map: async (queue, run, { pollers = 1 } = {}) =>
      map(clients.sqs, queue as AwsQueue, run, pollers),
  };
  return {
    queues,
    destroy: async () => {
      await Promise.allSettled(endings.map((end) => end()));
    },
  };
};
