/** The five consumers' rows and tables of a stage. */
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { dueAfter, dueAt } from "../../cli/due-at.ts";
import { readHistoriesOf } from "../../cli/read-histories.ts";
import { type ConsumerOutput, consumerNamed } from "../../cli/stage-outputs.ts";
import { type Row, readItems } from "./read-items.ts";
import { waitFor } from "./wait-for.ts";
import type { World } from "./world.ts";

export const CONSUMERS = ["inventory", "loyalty", "recommendation", "warehouse", "fraud"] as const;
export type ConsumerName = (typeof CONSUMERS)[number];

export const consumerOf = ({ stage }: World, name: ConsumerName): ConsumerOutput =>
  consumerNamed(stage.outputs, name);

export const tableOf = (world: World, consumer: ConsumerName, table: string): string => {
  const name = consumerOf(world, consumer).tables[table];
  if (name === undefined) throw new Error(`${consumer} has no table ${table}; deploy it again`);
  return name;
};

/** A consumer's rows of some orders. */
export const readRows = (
  world: World,
  consumer: ConsumerName,
  orderIds: Iterable<string>,
): Promise<Row[]> => {
  const { name } = consumerOf(world, consumer);
  const keys = [...orderIds].map((orderId) => ({ orderId, consumer: name }));
  return readItems(world.stage.dynamo, world.stage.outputs.DedupTable, keys);
};

/** Answers of some orders which events after a sequence a consumer has to apply. */
export const readDueEvents = async (
  world: World,
  consumer: ConsumerName,
  orderIds: Iterable<string>,
): Promise<(orderId: string, seq: number) => readonly number[]> => {
  const due = dueAt(world.stage.outputs, consumerOf(world, consumer));
  const histories = await readHistoriesOf(world.stage, [...orderIds]);
  return (orderId, seq) => dueAfter(histories.get(orderId) ?? [], due, seq);
};

/** Waits until consumers have applied all of these orders, given with their versions. */
export const waitUntilApplied = async (
  world: World,
  orders: ReadonlyMap<string, number>,
  consumers: readonly ConsumerName[] = CONSUMERS,
): Promise<void> => {
  await Promise.all(
    consumers.map(async (consumer) => {
      let behind = [...orders.keys()];
      const dueEvents = await readDueEvents(world, consumer, behind);
      const lacks = (id: string, seq: number): boolean =>
        dueEvents(id, seq).some((sequence) => sequence <= (orders.get(id) ?? 0));
      const what = () =>
        `${consumer} has not applied ${behind.length} of ${orders.size} orders, such as ` +
        `${behind[0]}. Is its mapping paused? Else see its function's log.`;
      await waitFor(what, world.patienceMs, async () => {
        const rows = await readRows(world, consumer, behind);
        const seqs = new Map<string, number>(rows.map(({ orderId, seq }) => [orderId, seq]));
        behind = behind.filter((id) => lacks(id, seqs.get(id) ?? 0));
        return behind.length === 0 ? true : undefined;
      });
    }),
  );
};

export const STOCK = 1_000_000;

export const stockRow = (sku: string) => ({
  ...{ sku, available: STOCK, onHand: STOCK, reserved: 0, shipped: 0 },
});

export const putStock = (
  world: World,
  row: Readonly<Record<string, unknown>>,
  condition?: string,
) =>
  world.stage.dynamo.send(
    new PutItemCommand({
      TableName: tableOf(world, "inventory", "stock"),
      Item: marshall(row),
      ...(condition === undefined ? {} : { ConditionExpression: condition }),
    }),
  );

/** As an operator does before a SKU is sold for the first time: a stage may start without stock. */
export const stockUp = async (world: World, skus: Iterable<string>): Promise<void> => {
  for (const sku of skus) {
    await putStock(world, stockRow(sku), "attribute_not_exists(sku)").catch((error: Error) => {
      if (error.name !== "ConditionalCheckFailedException") throw error;
    });
  }
};
