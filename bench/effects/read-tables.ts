/** What a side left in its tables, in the form in which it is expected. */
import { isDeepStrictEqual } from "node:util";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { scanTable } from "../../cli/scan-table.ts";
import type { TableName, Tables } from "./bench-tables.ts";
import type { TableContents } from "./expected-tables.ts";
import type { ConsumerName, Side } from "./sides.ts";

// biome-ignore lint/suspicious/noExplicitAny: items of any table, compared as they are
type Row = Record<string, any>;
type Keyed = readonly (readonly [key: string, value: unknown])[];

const scan = async (client: DynamoDBClient, TableName: string): Promise<Row[]> => {
  const rows: Row[] = [];
  for await (const item of scanTable(client, { TableName })) rows.push(unmarshall(item));
  return rows;
};

const keyed = (entries: Keyed): Record<string, unknown> =>
  Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));

export const readTables = async (
  client: DynamoDBClient,
  { side, consumer, tables }: { side: Side; consumer: ConsumerName; tables: Tables },
): Promise<TableContents> => {
  const rows = async (table: TableName, toEntry: (row: Row) => Keyed[number]) =>
    keyed((await scan(client, tables[table])).map(toEntry));
  /** Ours keeps it in the order's row; the others in a table of their own. */
  const states = async (table: "holds" | "chains"): Promise<Row[]> => {
    if (side !== "ours") return scan(client, tables[table]);
    const own = (await scan(client, tables.dedup)).filter((row) => row.consumer === consumer);
    return own
      .filter(({ state }) => state !== undefined)
      .map(({ orderId, state }) => ({ orderId, ...state }));
  };
  switch (consumer) {
    case "inventory":
      return {
        stock: await rows("stock", ({ sku, ...numbers }) => [sku, numbers]),
        holds: keyed((await states("holds")).map(({ orderId, status }) => [orderId, status])),
      };
    case "loyalty":
      return { points: await rows("points", ({ customerId, points }) => [customerId, points]) };
    case "recommendation":
      return {
        bought: await rows("bought", ({ sku, bought }) => [sku, bought]),
        together: await rows("together", ({ sku, other, together }) => [
          `${sku}|${other}`,
          together,
        ]),
      };
    case "warehouse":
      return {
        facts: await rows("facts", ({ day, eventId, ...fact }) => [`${day}|${eventId}`, fact]),
      };
    case "fraud": {
      const chains = await states("chains");
      return {
        chains: keyed(chains.map(({ orderId, chain }) => [orderId, chain])),
        velocity: await rows("velocity", (row) => [`${row.customerId}|${row.day}`, row.orders]),
        scores: { all: chains.reduce((sum, { score = 0 }) => sum + score, 0) },
      };
    }
  }
};

/** The first thing that differs, for a message; `undefined` when nothing does. */
export const firstDifference = (
  found: TableContents,
  expected: TableContents,
): string | undefined => {
  for (const table of new Set([...Object.keys(found), ...Object.keys(expected)])) {
    const [left = {}, right = {}] = [found[table], expected[table]];
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      if (isDeepStrictEqual(left[key], right[key])) continue;
      const text = (value: unknown) => JSON.stringify(value) ?? "nothing";
      return `${table} ${key} is ${text(left[key])}, expected ${text(right[key])}`;
    }
  }
  return undefined;
};
