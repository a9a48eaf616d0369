/** The rows of dead orders: those with a decision by the sparse index, others by their key. */
import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { MOST_KEYS } from "../../lambdas/aws/batch-get-items.ts";
import { dynamoLedger } from "../../lambdas/aws/dynamo-ledger.ts";
import { type Item, itemToRow } from "../../lambdas/aws/ledger-item.ts";
import type { LedgerRow } from "../../lambdas/core/ledger-row.ts";
import type { Stage } from "../stage-clients.ts";
import { chunksOf, forEachAtATime } from "./receive-letters.ts";

const INDEX = "dead-letters";
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
  await forEachAtATime(chunksOf(orderIds, MOST_KEYS), CALLS_AT_A_TIME, async (chunk) => {
    for (const row of (await ledger.read(chunk)).values()) rows.set(row.orderId, slim(row));
  });
  return rows;
};
