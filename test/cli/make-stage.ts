/** A stage of two consumers and all tables: real tables in memory, and queues of a stated depth. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { CreateTableCommand, type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { Stage } from "../../cli/stage-clients.ts";
import type { ConsumerOutput } from "../../cli/stage-outputs.ts";
import { rowToItem } from "../../lambdas/aws/ledger-item.ts";
import type { LedgerRow } from "../../lambdas/core/ledger-row.ts";

const QUEUES = "http://queues.invalid/";

const TABLES: Record<string, readonly string[]> = {
  orders: ["orderId"],
  dedup: ["orderId", "consumer"],
  stock: ["sku"],
  points: ["customerId"],
  bought: ["sku"],
  together: ["sku", "other"],
  facts: ["day", "eventId"],
};

const consumer = (name: string, tables: Record<string, string> = {}): ConsumerOutput => ({
  name,
  queueUrl: `${QUEUES}${name}`,
  deadLetterQueueUrl: `${QUEUES}${name}-dead`,
  subscriptionDeadLetterQueueUrl: `${QUEUES}${name}-undelivered`,
  functionName: name,
  mappingId: name,
  tables,
});

export const CONSUMERS: readonly ConsumerOutput[] = [
  consumer("inventory", { stock: "stock" }),
  consumer("loyalty", { points: "points" }),
  consumer("recommendation", { bought: "bought", together: "together" }),
  consumer("warehouse", { facts: "facts" }),
  consumer("fraud", {}),
];

/** By which the dead heads of a consumer are found; only the dedup table has it. */
const deadLetterIndex = {
  GlobalSecondaryIndexes: [
    {
      IndexName: "dead-letters",
      KeySchema: [
        { AttributeName: "deadConsumer", KeyType: "HASH" as const },
        { AttributeName: "deadAtMs", KeyType: "RANGE" as const },
      ],
      Projection: { ProjectionType: "ALL" as const },
    },
  ],
};
const indexAttributes = [
  { AttributeName: "deadConsumer", AttributeType: "S" as const },
  { AttributeName: "deadAtMs", AttributeType: "N" as const },
];

const createTable = (client: DynamoDBClient, name: string, keys: readonly string[]) =>
  client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [
        ...keys.map((key) => ({ AttributeName: key, AttributeType: "S" as const })),
        ...(name === "dedup" ? indexAttributes : []),
      ],
      ...(name === "dedup" ? deadLetterIndex : {}),
      KeySchema: keys.map((key, index) => ({
        AttributeName: key,
        KeyType: index === 0 ? "HASH" : "RANGE",
      })),
    }),
  );

/** Answers GetQueueAttributes; a queue without a stated depth is empty. */
const startQueues = async (depths: Map<string, number>) => {
  const server = createServer(async (request, response) => {
    const { QueueUrl } = (await json(request)) as { QueueUrl: string };
    const depth = depths.get(QueueUrl.slice(QUEUES.length)) ?? 0;
    // One of them is held by a consumer just now: it is in the queue all the same.
    const Attributes = {
      ApproximateNumberOfMessages: String(Math.max(0, depth - 1)),
      ApproximateNumberOfMessagesNotVisible: String(Math.min(1, depth)),
      ApproximateNumberOfMessagesDelayed: "0",
    };
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify({ Attributes }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const sqs = new SQSClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    useQueueUrlAsEndpoint: false,
  });
  const stop = () => {
    sqs.destroy();
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { sqs, stop };
};

/** Neither SNS nor Lambda nor CloudWatch is there, unless a test puts one in. */
const absent = <C>(): C =>
  ({ send: () => Promise.reject(new Error("it is not there")), destroy: () => {} }) as C;

export const makeStage = async (
  dynamo: DynamoDBClient,
  consumers: readonly ConsumerOutput[] = CONSUMERS,
) => {
  for (const [name, keys] of Object.entries(TABLES)) await createTable(dynamo, name, keys);
  const depths = new Map<string, number>();
  const queues = await startQueues(depths);
  const stage: Stage = {
    dynamo,
    sqs: queues.sqs,
    sns: absent(),
    lambda: absent(),
    cloudwatch: absent(),
    outputs: {
      stackName: "OrderEventBus-test",
      ApiUrl: "http://127.0.0.1/",
      ApiFunction: "api",
      OrdersTable: "orders",
      DedupTable: "dedup",
      TopicArn: "arn:aws:sns:eu-west-1:000000000000:topic.fifo",
      ParkingQueueUrl: `${QUEUES}parking`,
      Consumers: [...consumers],
    },
  };
  const put = (table: string, item: object) =>
    dynamo.send(
      new PutItemCommand({
        TableName: table,
        Item: marshall(item, { removeUndefinedValues: true }),
      }),
    );
  const putRow = (name: string, row: LedgerRow) =>
    dynamo.send(new PutItemCommand({ TableName: "dedup", Item: rowToItem(row, name) }));
  return { stage, put, putRow, depths, stop: queues.stop };
};

/** A row that has applied so many events. */
export const appliedRow = (orderId: string, seq: number): LedgerRow => ({ orderId, seq, rev: seq });

/** A row whose next event is decided dead. */
export const deadRow = (orderId: string, seq: number): LedgerRow => ({
  ...appliedRow(orderId, seq),
  life: {
    seq: seq + 1,
    messageId: "m",
    sentAtMs: 0,
    attempts: 8,
    open: false,
    dead: { atMs: 1, cause: "not retryable" },
  },
});
