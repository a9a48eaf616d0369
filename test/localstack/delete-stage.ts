/** Deletes what the embedded runtime made of a stage at an endpoint that goes on after it. */
import {
  DeleteTableCommand,
  type DynamoDBClient,
  paginateListTables,
} from "@aws-sdk/client-dynamodb";
import {
  DeleteTopicCommand,
  paginateListSubscriptions,
  paginateListTopics,
  type SNSClient,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import { DeleteQueueCommand, paginateListQueues, type SQSClient } from "@aws-sdk/client-sqs";
import { createAwsClients, type Endpoints } from "../../local/aws-clients.ts";

/** All that it makes bears the stack's name in front. */
const prefixOf = (stackName: string) => `${stackName}-`;

const isOf = (stackName: string, arn = "") =>
  (arn.split(":")[5] ?? "").startsWith(prefixOf(stackName));

const listQueues = async (client: SQSClient, stackName: string): Promise<string[]> => {
  const urls: string[] = [];
  const input = { QueueNamePrefix: prefixOf(stackName), MaxResults: 1_000 };
  for await (const page of paginateListQueues({ client }, input)) {
    urls.push(...(page.QueueUrls ?? []));
  }
  return urls;
};

const listTopics = async (client: SNSClient, stackName: string): Promise<string[]> => {
  const arns: string[] = [];
  for await (const page of paginateListTopics({ client }, {})) {
    arns.push(...(page.Topics ?? []).map(({ TopicArn = "" }) => TopicArn));
  }
  return arns.filter((arn) => isOf(stackName, arn));
};

const listSubscriptions = async (client: SNSClient, stackName: string): Promise<string[]> => {
  const arns: string[] = [];
  for await (const page of paginateListSubscriptions({ client }, {})) {
    const own = (page.Subscriptions ?? []).filter(({ TopicArn }) => isOf(stackName, TopicArn));
    arns.push(...own.map(({ SubscriptionArn = "" }) => SubscriptionArn));
  }
  return arns;
};

const listTables = async (client: DynamoDBClient, stackName: string): Promise<string[]> => {
  const names: string[] = [];
  for await (const page of paginateListTables({ client }, {})) {
    names.push(...(page.TableNames ?? []));
  }
  return names.filter((name) => name.startsWith(prefixOf(stackName)));
};

export type Leftovers = {
  readonly stackName: string;
  readonly endpoints: Endpoints;
  /** "ended": its DynamoDB was started with the bus, and is gone with it. */
  readonly tables: "kept" | "ended";
};

/** Answers how many things it deleted; throws when some are still there. */
export const deleteStage = async (leftovers: Leftovers): Promise<number> => {
  const { stackName, endpoints, tables } = leftovers;
  const { sqs, sns, dynamodb, destroy } = createAwsClients(endpoints);
  const list = async () => ({
    subscriptions: await listSubscriptions(sns, stackName),
    topics: await listTopics(sns, stackName),
    queues: await listQueues(sqs, stackName),
    tables: tables === "kept" ? await listTables(dynamodb, stackName) : [],
  });
  try {
    const found = await list();
    for (const SubscriptionArn of found.subscriptions) {
      await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
    }
    for (const TopicArn of found.topics) await sns.send(new DeleteTopicCommand({ TopicArn }));
    for (const QueueUrl of found.queues) await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    for (const TableName of found.tables)
      await dynamodb.send(new DeleteTableCommand({ TableName }));
    const left = Object.values(await list()).flat();
    if (left.length > 0) throw new Error(`still there after their deletion: ${left.join(", ")}`);
    return Object.values(found).flat().length;
  } finally {
    destroy();
  }
};
