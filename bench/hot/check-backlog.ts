import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { scanTable } from "../../cli/scan-table.ts";
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import { expectedSums, type OrderShape, SUM_IN } from "./order-shapes.ts";

export type Done = {
  readonly client: DynamoDBClient;
  /** The tables, by the consumer's name for them. */
  readonly names: Readonly<Record<string, string>>;
  readonly shape: OrderShape;
  readonly orders: readonly OrderItem[];
};

/** Every order is applied, also one that changes no other item. */
const checkRows = async ({ client, names, shape, orders }: Done) => {
  const applied = new Map<string, number>();
  for await (const item of scanTable(client, { TableName: names.dedup ?? "" })) {
    const { orderId, seq } = unmarshall(item);
    applied.set(orderId, seq);
  }
  const behind = orders.filter(({ orderId, version }) => applied.get(orderId) !== version);
  if (behind.length === 0) return;
  throw new Error(`${shape.name}: ${behind.length} orders are not applied`);
};

/** Nothing lost and nothing doubled: the sums in the consumer's table are those of the orders. */
const checkSums = async ({ client, names, shape, orders }: Done) => {
  const { table, key, sum } = SUM_IN[shape.consumer];
  const found = new Map<string, number>();
  for await (const item of scanTable(client, { TableName: names[table] ?? "" })) {
    const plain = unmarshall(item);
    found.set(plain[key], plain[sum]);
  }
  const expected = expectedSums(shape, orders);
  for (const name of new Set([...expected.keys(), ...found.keys()])) {
    if (found.get(name) === expected.get(name)) continue;
    throw new Error(
      `${shape.name}: ${name} has ${sum} ${found.get(name)}, the orders make ${expected.get(name)}`,
    );
  }
};

/** Throws unless every order was applied, and took effect once. */
export const checkBacklog = async (done: Done): Promise<void> => {
  await checkRows(done);
  await checkSums(done);
};
