/**
 * The patrol's reads of both tables. Eventually consistent, which costs half: an event that is
 * missed is older than any replica's lag.
 */
import { type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import * as v from "valibot";
import type { OrderPiece, PatrolPorts, PatrolRow, ScannedOrder } from "../core/patrol-orders.ts";
import { runBounded } from "../core/relay-waves.ts";
import { batchGetItems, MOST_KEYS } from "./batch-get-items.ts";
import { type Item, itemToRow } from "./ledger-item.ts";

export type PatrolTables = {
  readonly ordersTable: string;
  /** Only of a table of the user's own: the attribute that holds an item's order. */
  readonly outbox?: string | undefined;
  readonly dedupTable: string;
};

const CALLS_AT_A_TIME = 4;

const orderSchema = v.object({
  orderId: v.string(),
  version: v.pipe(v.number(), v.minValue(1)),
  // Of a type that an item does not say nobody knows whether it is due, so it is.
  events: v.array(v.object({ type: v.optional(v.string(), ""), time: v.string() })),
});

/** `undefined` where it cannot be, such as with a number beyond a double. */
const decode = (attributes: Item): unknown => {
  try {
    return unmarshall(attributes);
  } catch {
    return undefined;
  }
};

/** What is no order is left to the whole audit, and to the relay, which parks it. */
const toOrder = (attributes: Item | undefined): ScannedOrder[] => {
  if (attributes === undefined) return [];
  const { orderId, version, events } = attributes;
  if (orderId === undefined || version === undefined || events === undefined) return [];
  const read = v.safeParse(orderSchema, decode({ orderId, version, events }));
  if (!read.success) return [];
  return [read.output];
};

/** A key of a user's own table may be binary, which JSON cannot hold. */
const toCursor = (key: Item): string =>
  JSON.stringify(key, (_, value) =>
    value instanceof Uint8Array ? { base64: Buffer.from(value).toString("base64") } : value,
  );
const fromCursor = (cursor: string): Item =>
  JSON.parse(cursor, (_, value) =>
    typeof value?.base64 === "string"
      ? Uint8Array.from(Buffer.from(value.base64, "base64"))
      : value,
  );

/** An order's lines are not sent over, though they are read and paid for. */
const projectionOf = (outbox: string | undefined) => {
  const names = { "#id": "orderId", "#version": "version", "#events": "events" };
  const inside = outbox === undefined ? "" : "#outbox.";
  return {
    ProjectionExpression: ["#id", "#version", "#events"].map((name) => inside + name).join(", "),
    ExpressionAttributeNames: outbox === undefined ? names : { ...names, "#outbox": outbox },
  };
};

const scanPiece = async (
  client: Pick<DynamoDBClient, "send">,
  { ordersTable: TableName, outbox }: PatrolTables,
  from: { readonly cursor: string | undefined; readonly items: number },
): Promise<OrderPiece> => {
  const orders: ScannedOrder[] = [];
  let read = 0;
  let start = from.cursor === undefined ? undefined : fromCursor(from.cursor);
  do {
    const command = new ScanCommand({
      ...{ TableName, Limit: from.items - read, ...projectionOf(outbox) },
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    });
    const {
      Items = [],
      ScannedCount = Items.length,
      LastEvaluatedKey,
    } = await client.send(command);
    for (const item of Items)
      orders.push(...toOrder(outbox === undefined ? item : item[outbox]?.M));
    read += ScannedCount;
    start = LastEvaluatedKey;
  } while (start !== undefined && read < from.items);
  return { orders, read, ...(start === undefined ? {} : { cursor: toCursor(start) }) };
};

const keyOf = ({ orderId, consumer }: { orderId: string; consumer: string }): string =>
  `${consumer} ${orderId}`;

const readPage = async (
  client: Pick<DynamoDBClient, "send">,
  table: string,
  keys: readonly Item[],
): Promise<(readonly [string, PatrolRow])[]> => {
  const items = await batchGetItems(client, {
    ...{ table, keys },
    ProjectionExpression: "#id, #consumer, #seq, #life",
    ExpressionAttributeNames: {
      ...{ "#id": "orderId", "#consumer": "consumer", "#seq": "seq", "#life": "life" },
    },
  });
  return items.map((item) => {
    const row = itemToRow(item);
    return [keyOf({ orderId: row.orderId, consumer: item.consumer?.S ?? "" }), row];
  });
};

export const dynamoPatrolReads = (
  client: Pick<DynamoDBClient, "send">,
  tables: PatrolTables,
): Pick<PatrolPorts, "scanOrders" | "readRows"> => ({
  scanOrders: (cursor, items) => scanPiece(client, tables, { cursor, items }),
  readRows: async (keys) => {
    // In a table of the user's own two items may claim one order: a key may be asked for once only.
    const distinct = new Map(keys.map((key) => [keyOf(key), key]));
    const items = [...distinct.values()].map(({ orderId, consumer }): Item => {
      return { orderId: { S: orderId }, consumer: { S: consumer } };
    });
    const pages = Array.from({ length: Math.ceil(items.length / MOST_KEYS) }, (_, index) =>
      items.slice(index * MOST_KEYS, (index + 1) * MOST_KEYS),
    );
    const calls = pages.map((page) => () => readPage(client, tables.dedupTable, page));
    const rows = new Map((await runBounded(calls, CALLS_AT_A_TIME)).flat());
    return keys.map((key) => rows.get(keyOf(key)) ?? { seq: 0 });
  },
});
