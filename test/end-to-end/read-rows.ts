/** Rows of the dedup table as they are, read without a line of the consumers' own code. */
import { type AttributeValue, GetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { scanTable } from "../../cli/scan-table.ts";
import type { Stage } from "../../cli/stage-clients.ts";
import { ADMISSION_KEY } from "../../lambdas/aws/read-admission-state.ts";
import { canonicalJson } from "../../lambdas/core/canonical-json.ts";

export type Row = ReturnType<typeof unmarshall>;

export const readRow = async (stage: Stage, consumer: string, orderId: string): Promise<Row> => {
  const Key = { orderId: { S: orderId }, consumer: { S: consumer } };
  const command = new GetItemCommand({
    ...{ TableName: stage.outputs.DedupTable, Key, ConsistentRead: true },
  });
  const { Item = {} } = await stage.dynamo.send(command);
  return unmarshall(Item);
};

/** What a consumer's dead letters are listed from: the rows with a dead head, oldest first. */
export const listDeadHeads = async (stage: Stage, consumer: string): Promise<Row[]> => {
  const command = new QueryCommand({
    TableName: stage.outputs.DedupTable,
    IndexName: "dead-letters",
    KeyConditionExpression: "deadConsumer = :consumer",
    ExpressionAttributeValues: { ":consumer": { S: consumer } },
  });
  const { Items = [] } = await stage.dynamo.send(command);
  return Items.map((item) => unmarshall(item));
};

export const readTable = async (stage: Stage, table: string): Promise<Row[]> => {
  const rows: Row[] = [];
  for await (const item of scanTable(stage.dynamo, { TableName: table })) {
    rows.push(unmarshall(item as Record<string, AttributeValue>));
  }
  return rows;
};

/**
 * Every table of the stage with all that is in it; two reads of the same are equal. The state of the
 * admission door is left out: it is written anew at every look at the gauges, whatever came in.
 */
export const readAllTables = async (stage: Stage): Promise<Record<string, string[]>> => {
  const { OrdersTable, DedupTable, Consumers } = stage.outputs;
  const tables = [OrdersTable, DedupTable, ...Consumers.flatMap((c) => Object.values(c.tables))];
  const contents = tables.map(async (table) => {
    const rows = await readTable(stage, table);
    const others = rows.filter(({ orderId }) => orderId !== ADMISSION_KEY.orderId);
    return [table, others.map((row) => canonicalJson(row)).sort()] as const;
  });
  return Object.fromEntries(await Promise.all(contents));
};
