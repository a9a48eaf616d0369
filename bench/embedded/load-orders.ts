/** Puts orders into their table in bulk: what the relay then reads is a record an event. */
import { BatchWriteItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { OrderItem } from "../../lambdas/core/order-item.ts";

/** DynamoDB's limit for `BatchWriteItem`. */
const AT_ONCE = 25;

/** Runs of the list, each no longer than what is written at once and without an order twice. */
export const runsOf = (versions: readonly OrderItem[]): readonly (readonly OrderItem[])[] => {
  const runs: OrderItem[][] = [];
  let orders = new Set<string>();
  for (const item of versions) {
    const run = runs.at(-1);
    if (run === undefined || run.length === AT_ONCE || orders.has(item.orderId)) {
      orders = new Set();
      runs.push([item]);
    } else {
      run.push(item);
    }
    orders.add(item.orderId);
  }
  return runs;
};

export const loadOrders = async (
  client: DynamoDBClient,
  table: string,
  versions: readonly OrderItem[],
): Promise<void> => {
  for (const run of runsOf(versions)) {
    const puts = run.map((item) => ({
      PutRequest: { Item: marshall(item, { removeUndefinedValues: true }) },
    }));
    const command = new BatchWriteItemCommand({ RequestItems: { [table]: puts } });
    const { UnprocessedItems = {} } = await client.send(command);
    if (Object.keys(UnprocessedItems).length > 0) throw new Error("some orders were not written");
  }
};
