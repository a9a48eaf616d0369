import {
  CreateTableCommand,
  type CreateTableCommandInput,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";

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
