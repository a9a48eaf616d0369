/**
 * Fills a place's tables with what days of events leave there. The real core does the work, over
 * tables in memory, and what it left is written in bulk: as the real thing, in a tenth of the time.
 */
import {
  type AttributeValue,
  BatchWriteItemCommand,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { rowToItem } from "../../lambdas/aws/ledger-item.ts";
import type { Consumer } from "../../lambdas/core/consumer.ts";
import { itemKey, memoryTables } from "../../test/models/memory-tables.ts";
import { consumerDay } from "./consumer-at-work.ts";
import { keysOf } from "./create-place-tables.ts";
import type { Names, Place } from "./place.ts";
import { ordersOn } from "./shop-day.ts";

type Item = Record<string, AttributeValue>;
type Put = { readonly table: string; readonly item: Item };

const BATCH = 25;
const AT_A_TIME = 4;

const writeBulk = async (client: DynamoDBClient, puts: readonly Put[]): Promise<void> => {
  let next = 0;
  const writer = async () => {
    while (next < puts.length) {
      const batch = puts.slice(next, next + BATCH);
      next += BATCH;
      const byTable = Object.entries(Object.groupBy(batch, ({ table }) => table));
      const RequestItems = Object.fromEntries(
        byTable.map(([table, some = []]) => [
          table,
          some.map(({ item }) => ({ PutRequest: { Item: item } })),
        ]),
      );
      const { UnprocessedItems = {} } = await client.send(
        new BatchWriteItemCommand({ RequestItems }),
      );
      if (Object.keys(UnprocessedItems).length > 0) throw new Error("the emulator left items out");
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, writer));
};

/** In memory an item's key is one text; in the table it is its attributes. */
const keyed = (key: string, names: readonly (string | undefined)[]): Record<string, string> => {
  const attributes = names.filter((name) => name !== undefined);
  const values = key.split("|");
  const item = Object.fromEntries(attributes.map((name, index) => [name, values[index] ?? ""]));
  if (itemKey(item) !== key) throw new Error(`the key ${key} is not of ${attributes.join(", ")}`);
  return item;
};

export type Fill = {
  readonly client: DynamoDBClient;
  readonly names: Names;
  readonly days: number;
  readonly signal: AbortSignal;
};

const fillConsumer = async (place: Place, consumer: Consumer, fill: Fill): Promise<void> => {
  const { client, names, days, signal } = fill;
  const memory = memoryTables();
  const tables = { ledger: () => memory.ledger(consumer.name), facts: () => memory.facts() };
  const { dedup = "", ...dataTables } = names;
  for (let day = 0; day < days; day++) {
    signal.throwIfAborted();
    for (const piece of consumerDay(consumer, tables, day)) await piece();
    const rows = memory.rows(consumer.name);
    const puts: Put[] = [...rows.values()].map((row) => ({
      ...{ table: dedup, item: rowToItem(row, consumer.name) },
    }));
    // No order goes on on another day.
    rows.clear();
    for (const [name, table] of Object.entries(dataTables)) {
      const facts = memory.factItems(name);
      puts.push(...[...facts.values()].map((item) => ({ table, item: marshall(item) })));
      facts.clear();
    }
    await writeBulk(client, puts);
  }
  for (const [name, table] of Object.entries(dataTables)) {
    const { partitionKey, sortKey } = keysOf(place)[name] ?? {};
    const puts = [...memory.items(name)].map(([key, numbers]) => ({
      ...{ table, item: marshall({ ...keyed(key, [partitionKey, sortKey]), ...numbers }) },
    }));
    await writeBulk(client, puts);
  }
};

const fillOrders = async ({ client, names, days, signal }: Fill): Promise<void> => {
  for (let day = 0; day < days; day++) {
    signal.throwIfAborted();
    const items = ordersOn(day).map((order) => ({
      table: names.orders ?? "",
      item: marshall(order, { removeUndefinedValues: true }),
    }));
    await writeBulk(client, items);
  }
};

/** The days 0 up to but not including `days`. */
export const fillTables = (place: Place, fill: Fill): Promise<void> =>
  place.consumer === undefined ? fillOrders(fill) : fillConsumer(place, place.consumer, fill);
