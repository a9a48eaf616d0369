/** DynamoDB as dynoxide plays it: a process of its own on a free port, nothing kept on disk. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  ListTablesCommand,
} from "@aws-sdk/client-dynamodb";

export type Dynoxide = {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  readonly stop: () => Promise<void>;
};

const PROGRAM = fileURLToPath(
  new URL("../../node_modules/@dynoxide/linux-x64/dynoxide", import.meta.url),
);
const TRIES = 200;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port was given");
  return address.port;
};

const untilItAnswers = async (client: DynamoDBClient, child: ChildProcess): Promise<void> => {
  for (let tried = 1; ; tried++) {
    try {
      await client.send(new ListTablesCommand({}));
      return;
    } catch (error) {
      if (child.exitCode !== null || tried === TRIES) throw error;
      await wait(25);
    }
  }
};

const credentials = { accessKeyId: "test", secretAccessKey: "test" };

export const startDynoxide = async (): Promise<Dynoxide> => {
  const port = await freePort();
  const args = ["serve", "--host", "127.0.0.1", "--port", String(port)];
  const child = spawn(PROGRAM, args, { stdio: "ignore" });
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new DynamoDBClient({ endpoint, region: "eu-west-1", credentials, maxAttempts: 1 });
  await untilItAnswers(client, child);
  return {
    endpoint,
    client,
    stop: async () => {
      client.destroy();
      child.kill();
      await once(child, "exit");
    },
  };
};

const table = (name: string, ...keys: readonly string[]): CreateTableCommandInput => ({
  TableName: name,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: keys.map((key) => ({ AttributeName: key, AttributeType: "S" as const })),
  KeySchema: keys.map((key, index) => ({
    AttributeName: key,
    KeyType: index === 0 ? ("HASH" as const) : ("RANGE" as const),
  })),
});

/** The dedup table with its sparse index, and data tables such as the consumers have. */
export const createTables = async (client: DynamoDBClient): Promise<void> => {
  const dedup = table("dedup", "orderId", "consumer");
  const withIndex: CreateTableCommandInput = {
    ...dedup,
    AttributeDefinitions: [
      ...(dedup.AttributeDefinitions ?? []),
      { AttributeName: "deadConsumer", AttributeType: "S" },
      { AttributeName: "deadAtMs", AttributeType: "N" },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: "dead-letters",
        KeySchema: [
          { AttributeName: "deadConsumer", KeyType: "HASH" },
          { AttributeName: "deadAtMs", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "ALL" },
      },
    ],
  };
  const tables = [
    withIndex,
    table("stock-table", "sku"),
    table("velocity-table", "customerId", "day"),
    table("facts-table", "day", "eventId"),
  ];
  for (const input of tables) await client.send(new CreateTableCommand(input));
};

/** What the contract's consumer calls its tables, to what they are called. */
export const DATA_TABLES = {
  stock: "stock-table",
  velocity: "velocity-table",
  facts: "facts-table",
  missing: "no-such-table",
};
