/** What the five consumers' tables hold of some orders, read by their keys. */
import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { Figures } from "../../cli/read-figures.ts";
import { readRows, tableOf } from "./consumers.ts";
import { type Row, readItems } from "./read-items.ts";
import type { World } from "./world.ts";

export type Touched = {
  readonly orderIds: readonly string[];
  readonly customerIds: readonly string[];
  readonly skus: readonly string[];
};

const total = (rows: readonly Row[], attribute: string): number =>
  rows.reduce((sum, row) => sum + (row[attribute] ?? 0), 0);

const readOrders = ({ stage }: World, orderIds: readonly string[]): Promise<Row[]> =>
  readItems(
    stage.dynamo,
    stage.outputs.OrdersTable,
    orderIds.map((orderId) => ({ orderId })),
  );

const readPairs = async (world: World, skus: readonly string[]): Promise<Row[]> => {
  const TableName = tableOf(world, "recommendation", "together");
  const pairs = skus.map(async (sku) => {
    const command = new QueryCommand({
      ...{ TableName, ConsistentRead: true, KeyConditionExpression: "sku = :sku" },
      ExpressionAttributeValues: { ":sku": { S: sku } },
    });
    const { Items = [] } = await world.stage.dynamo.send(command);
    return Items.map((item) => unmarshall(item));
  });
  return (await Promise.all(pairs)).flat();
};

const readFacts = (world: World, orders: readonly Row[]): Promise<Row[]> => {
  const events: { id: string; time: string }[] = orders.flatMap(({ events }) => events);
  const keys = events.map(({ id, time }) => ({ day: time.slice(0, 10), eventId: id }));
  return readItems(world.stage.dynamo, tableOf(world, "warehouse", "facts"), keys);
};

const xorOf = (rows: readonly Row[]): string => {
  const xor = rows.reduce((all, { state }) => all ^ BigInt(`0x${state.chain}`), 0n);
  return `0x${xor.toString(16)}`;
};

const countBy = (rows: readonly Row[], attribute: string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const row of rows) counts[row[attribute]] = (counts[row[attribute]] ?? 0) + 1;
  return counts;
};

/** The figures of the whole stage, but of these orders only; SKUs and customers must be theirs. */
export const readEffects = async (
  world: World,
  { orderIds, customerIds, skus }: Touched,
): Promise<Omit<Figures, "deadLetters">> => {
  const { dynamo } = world.stage;
  const bySku = skus.map((sku) => ({ sku }));
  const byCustomer = customerIds.map((customerId) => ({ customerId }));
  const orders = await readOrders(world, orderIds);
  const stock = await readItems(dynamo, tableOf(world, "inventory", "stock"), bySku);
  const points = await readItems(dynamo, tableOf(world, "loyalty", "points"), byCustomer);
  const bought = await readItems(dynamo, tableOf(world, "recommendation", "bought"), bySku);
  const pairs = await readPairs(world, skus);
  const chains = await readRows(world, "fraud", orderIds);
  return {
    orders: orders.length,
    events: total(orders, "version"),
    final: countBy(orders, "status"),
    inventory: {
      reserved: total(stock, "reserved"),
      shipped: total(stock, "shipped"),
      skus: stock.length,
    },
    loyalty: { points: total(points, "points"), customers: points.length },
    recommendation: {
      pairs: pairs.length,
      together: total(pairs, "together"),
      bought: total(bought, "bought"),
    },
    warehouse: { facts: (await readFacts(world, orders)).length },
    fraud: { chains: chains.length, xor: xorOf(chains) },
  };
};
