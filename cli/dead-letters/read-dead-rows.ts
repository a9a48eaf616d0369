/** The rows of dead orders: those with a decision by the sparse index, others by their key. */
import { BatchGetItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import { dynamoLedger } from "../../lambdas/aws/dynamo-ledger.ts";
import { type Item, itemToRow } from "../../lambdas/aws/ledger-item.ts";
import type { LedgerRow } from "../../lambdas/core/ledger-row.ts";
import { scanVersions } from "../read-versions.ts";
import type { Stage } from "../stage-clients.ts";
import { chunksOf, forEachAtATime } from "./receive-letters.ts";

const INDEX = "dead-letters";
/** As many as one call takes. */
const KEYS = 100;
const CALLS_AT_A_TIME = 4;

export type DeadRow = Pick<LedgerRow, "orderId" | "seq" | "life">;

/** Without the consumer's own state of the order, which may be large. */
const slim = ({ orderId, seq, life }: LedgerRow): DeadRow => {
  if (life === undefined) return { orderId, seq };
  const { error, ...rest } = life;
  const told = error && { error: { name: error.name, message: error.message } };
  return { orderId, seq, life: { ...rest, ...told } };
};

/** Oldest first. The index follows the table within a moment. */
export const readDecidedRows = async (
  { dynamo, outputs }: Stage,
  consumer: string,
): Promise<ReadonlyMap<string, DeadRow>> => {
  const rows = new Map<string, DeadRow>();
  let start: Item | undefined;
  do {
    const page = await dynamo.send(
      new QueryCommand({
        TableName: outputs.DedupTable,
        IndexName: INDEX,
        KeyConditionExpression: "deadConsumer = :consumer",
        ExpressionAttributeValues: { ":consumer": { S: consumer } },
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    for (const item of page.Items ?? []) {
      const row = slim(itemToRow(item));
      rows.set(row.orderId, row);
    }
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return rows;
};

/** Strongly consistent; a row that does not exist is one that has applied nothing. */
export const readRows = async (
  { dynamo, outputs }: Stage,
  consumer: string,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, DeadRow>> => {
  const place = { dedupTable: outputs.DedupTable, consumer, dataTables: {} };
  const ledger = dynamoLedger(dynamo, place);
  const rows = new Map<string, DeadRow>();
  await forEachAtATime(chunksOf(orderIds, KEYS), CALLS_AT_A_TIME, async (chunk) => {
    for (const row of (await ledger.read(chunk)).values()) rows.set(row.orderId, slim(row));
  });
  return rows;
};

/** Events of each order; one that is not in the store is missing. */
export const readVersionsOf = async (
  stage: Stage,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, number>> => {
  const { dynamo, outputs } = stage;
  // The keys of a table of the user's own are unknown.
  if (outputs.OutboxAttribute !== undefined) return scanVersions(stage);
  const versions = new Map<string, number>();
  const read = async (chunk: readonly string[]): Promise<void> => {
    let keys: Item[] = chunk.map((id) => ({ orderId: { S: id } }));
    while (keys.length > 0) {
      const request = {
        Keys: keys,
        ConsistentRead: true,
        ProjectionExpression: "orderId, version",
      };
      const RequestItems = { [outputs.OrdersTable]: request };
      const page = await dynamo.send(new BatchGetItemCommand({ RequestItems }));
      for (const { orderId, version } of page.Responses?.[outputs.OrdersTable] ?? []) {
        versions.set(orderId?.S ?? "", Number(version?.N ?? 0));
      }
      keys = page.UnprocessedKeys?.[outputs.OrdersTable]?.Keys ?? [];
    }
  };
  // Such as `#message/…`: no order's id.
  const stored = orderIds.filter((id) => !id.startsWith("#"));
  await forEachAtATime(chunksOf(stored, KEYS), CALLS_AT_A_TIME, read);
  return versions;
};
