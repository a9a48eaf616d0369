import { randomUUID } from "node:crypto";
import { CreateTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { costOfConsumer } from "../../cli/plan/measured-costs.ts";

export type BacklogTables = {
  /** By the consumer's name for it. */
  readonly names: Readonly<Record<string, string>>;
  /** The key attributes, by the physical name. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
};

/** Tables of its own for each run, by the keys that the stack gives them. */
export const createTables = async (
  client: DynamoDBClient,
  consumer: string,
): Promise<BacklogTables> => {
  const world = randomUUID().slice(0, 8);
  const keys: Record<string, string[]> = {};
  const names: Record<string, string> = {};
  for (const [table, cost] of Object.entries(costOfConsumer(consumer).tables)) {
    const TableName = `${table}-${world}`;
    const own = [cost.partitionKey, cost.sortKey].filter((name) => name !== undefined);
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: own.map((name) => ({ AttributeName: name, AttributeType: "S" })),
        KeySchema: own.map((name, index) => ({
          AttributeName: name,
          KeyType: index === 0 ? "HASH" : "RANGE",
        })),
      }),
    );
    names[table] = TableName;
    keys[TableName] = own;
  }
  return { names, keys };
};
