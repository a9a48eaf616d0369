/** Creates a DynamoDB table, or finds the one of an earlier run and checks that it still fits. */
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
  type TableDescription,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { has, list, type Properties, record } from "./resource-properties.ts";
import { type Json, TemplateError } from "./template.ts";

const describe = async (dynamodb: DynamoDBClient, TableName: string) => {
  try {
    return (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};

const keysOf = (schema: TableDescription["KeySchema"]) =>
  (schema ?? []).map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`).join(", ");

const shapeOf = (table: Partial<CreateTableCommandInput> | TableDescription): string => {
  const indexes = (table.GlobalSecondaryIndexes ?? []).map(
    (index) => `index ${index.IndexName} (${keysOf(index.KeySchema)})`,
  );
  const view = table.StreamSpecification?.StreamViewType ?? "none";
  return [`keys (${keysOf(table.KeySchema)})`, `stream ${view}`, ...indexes.sort()].join("; ");
};

const inputOf = (TableName: string, properties: Properties): CreateTableCommandInput => {
  const stream = record(properties, "StreamSpecification", ["StreamViewType"]);
  // The template's property names are those of the API, checked by CloudFormation on AWS.
  const as = <T>(value: Json) => value as T;
  return {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: as(list(properties, "KeySchema")),
    AttributeDefinitions: as(list(properties, "AttributeDefinitions")),
    ...(has(properties, "GlobalSecondaryIndexes")
      ? { GlobalSecondaryIndexes: as(list(properties, "GlobalSecondaryIndexes")) }
      : {}),
    ...(stream.StreamViewType
      ? { StreamSpecification: { StreamEnabled: true, StreamViewType: as(stream.StreamViewType) } }
      : {}),
  };
};

const expire = async (dynamodb: DynamoDBClient, TableName: string, properties: Properties) => {
  const names = ["AttributeName", "Enabled"];
  const { AttributeName, Enabled } = record(properties, "TimeToLiveSpecification", names);
  if (typeof AttributeName !== "string") return;
  const TimeToLiveSpecification = { AttributeName, Enabled: Enabled !== false };
  await dynamodb.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
};

export const createTable = async (
  dynamodb: DynamoDBClient,
  name: string,
  properties: Properties,
): Promise<TableDescription> => {
  const input = inputOf(name, properties);
  const existing = await describe(dynamodb, name);
  if (existing && shapeOf(existing) !== shapeOf(input))
    throw new TemplateError(
      properties.logicalId,
      `the table ${name} of an earlier run has ${shapeOf(existing)}, the template wants ` +
        `${shapeOf(input)}; use another data folder, or delete this one`,
    );
  if (existing) return existing;
  const { TableDescription } = await dynamodb.send(new CreateTableCommand(input));
  await expire(dynamodb, name, properties);
  if (!TableDescription) throw new Error(`CreateTable ${name} returned nothing`);
  return TableDescription;
};
