import { CreateTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { costOfConsumer, measuredCosts, type TableCost } from "../../cli/plan/measured-costs.ts";
import type { Names, Place } from "./place.ts";

type Keys = Pick<TableCost, "partitionKey" | "sortKey">;

/** By their keys in the stack; the index of dead letters is left out, since nothing dies here. */
export const keysOf = ({ consumer }: Place): Readonly<Record<string, Keys>> =>
  consumer === undefined
    ? { orders: measuredCosts.api.orders }
    : costOfConsumer(consumer.name).tables;

/** Tables of their own in each world; without the stream, which on AWS costs its writer nothing. */
export const createPlaceTables = async (
  client: DynamoDBClient,
  place: Place,
  world: string,
): Promise<Names> => {
  const names: Record<string, string> = {};
  for (const [table, { partitionKey, sortKey }] of Object.entries(keysOf(place))) {
    const TableName = `${world}-${place.name.replaceAll(" ", "-")}-${table}`;
    const keys = [partitionKey, sortKey].filter((key) => key !== undefined);
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: keys.map((key) => ({ AttributeName: key, AttributeType: "S" })),
        KeySchema: keys.map((key, index) => ({
          AttributeName: key,
          KeyType: index === 0 ? "HASH" : "RANGE",
        })),
      }),
    );
    names[table] = TableName;
  }
  return names;
};
