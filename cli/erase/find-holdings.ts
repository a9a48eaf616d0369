/**
 * Where a stage keeps a customer's id: orders, the consumers' own tables, and rows of the dedup table
 * whose state or last error names it. Bodies of messages hold it too, so an order with an event that
 * is not applied everywhere is held back: that event may still write the old id somewhere.
 */
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { dynamoLedger } from "../../lambdas/aws/dynamo-ledger.ts";
import type { Item } from "../../lambdas/aws/ledger-item.ts";
import { nextDue } from "../../lambdas/core/due-events.ts";
import type { LedgerRow } from "../../lambdas/core/ledger-row.ts";
import { EVENT_TYPES } from "../../lambdas/core/order-event.ts";
import { dueAt } from "../due-at.ts";
import { scanTable } from "../scan-table.ts";
import type { Stage } from "../stage-clients.ts";
import { readPseudonym } from "./pseudonym.ts";
import { withoutId } from "./without-id.ts";

export type HeldOrder = {
  readonly orderId: string;
  readonly version: number;
  /** Of its events. */
  readonly types: readonly string[];
  /** Of its item. In a table of the user's own it is not the order id. */
  readonly key: Item;
  /** Whether the item still has the id, or an unfinished erasure has replaced it. */
  readonly state: "has the id" | "replaced";
};

export type HeldBack = {
  readonly orderId: string;
  readonly version: number;
  /** Consumers at which some of it is due yet, and how far each is. */
  readonly behind: readonly { readonly consumer: string; readonly sequence: number }[];
};

export type HeldTable = {
  readonly consumer: string;
  readonly table: string;
  readonly physicalName: string;
  /** "key": its rows are named after the customer. */
  readonly place: "key" | "attribute";
  readonly rows: readonly Item[];
  readonly keyNames: readonly string[];
};

export type HeldRow = { readonly consumer: string; readonly row: LedgerRow };

export type Holdings = {
  readonly customerId: string;
  /** Of an erasure that was begun. */
  readonly pseudonym: string | undefined;
  /** To be replaced now. */
  readonly orders: readonly HeldOrder[];
  readonly heldBack: readonly HeldBack[];
  readonly rows: readonly HeldRow[];
  readonly tables: readonly HeldTable[];
};

export const CUSTOMER = "customerId";
/** Keys that one call reads. */
const CHUNK = 100;

const keyNamesOf = async ({ dynamo }: Stage, table: string): Promise<string[]> => {
  const { Table } = await dynamo.send(new DescribeTableCommand({ TableName: table }));
  return (Table?.KeySchema ?? []).map(({ AttributeName = "" }) => AttributeName);
};

const keyIn = (item: Item, names: readonly string[]): Item =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = item[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

const scanFor = (stage: Stage, table: string, path: readonly string[], ids: readonly string[]) => {
  const names = Object.fromEntries(path.map((name, index) => [`#p${index}`, name]));
  const values = Object.fromEntries(ids.map((id, index) => [`:id${index}`, { S: id }]));
  return scanTable(stage.dynamo, {
    TableName: table,
    FilterExpression: `${Object.keys(names).join(".")} IN (${Object.keys(values).join(", ")})`,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  });
};

const findOrders = async (stage: Stage, ids: readonly string[]): Promise<HeldOrder[]> => {
  const { OrdersTable, OutboxAttribute } = stage.outputs;
  const path = OutboxAttribute === undefined ? [CUSTOMER] : [OutboxAttribute, CUSTOMER];
  const keyNames = await keyNamesOf(stage, OrdersTable);
  const orders: HeldOrder[] = [];
  for await (const item of scanFor(stage, OrdersTable, path, ids)) {
    const order = OutboxAttribute === undefined ? item : (item[OutboxAttribute]?.M ?? {});
    orders.push({
      orderId: order.orderId?.S ?? "",
      version: Number(order.version?.N ?? 0),
      types: (order.events?.L ?? []).map(({ M }) => M?.type?.S ?? ""),
      key: keyIn(item, keyNames),
      state: order[CUSTOMER]?.S === ids[0] ? "has the id" : "replaced",
    });
  }
  return orders;
};

const chunks = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / CHUNK) }, (_, index) =>
    all.slice(index * CHUNK, (index + 1) * CHUNK),
  );

const readRows = async (stage: Stage, orders: readonly HeldOrder[]): Promise<HeldRow[]> => {
  const { DedupTable: dedupTable, Consumers } = stage.outputs;
  const rows: HeldRow[] = [];
  for (const { name: consumer } of Consumers) {
    const ledger = dynamoLedger(stage.dynamo, { dedupTable, consumer, dataTables: {} });
    for (const chunk of chunks(orders.map(({ orderId }) => orderId))) {
      for (const row of (await ledger.read(chunk)).values()) rows.push({ consumer, row });
    }
  }
  return rows;
};

/** An event that its consumer does not handle writes nothing anywhere, whenever it comes. */
const findBehind = (
  { outputs }: Stage,
  orders: readonly HeldOrder[],
  rows: readonly HeldRow[],
): HeldBack[] => {
  const due = new Map(outputs.Consumers.map((one) => [one.name, dueAt(outputs, one)]));
  const ofOrder = Map.groupBy(rows, ({ row }) => row.orderId);
  return orders.flatMap(({ orderId, version, types }) => {
    const behind = (ofOrder.get(orderId) ?? [])
      .filter(({ consumer, row }) => {
        return nextDue(types, due.get(consumer) ?? EVENT_TYPES, row.seq) !== undefined;
      })
      .map(({ consumer, row }) => ({ consumer, sequence: row.seq }));
    return behind.length === 0 ? [] : [{ orderId, version, behind }];
  });
};

const findTables = async (stage: Stage, customerId: string): Promise<HeldTable[]> => {
  const found: HeldTable[] = [];
  for (const { name: consumer, tables } of stage.outputs.Consumers) {
    for (const [table, physicalName] of Object.entries(tables)) {
      const keyNames = await keyNamesOf(stage, physicalName);
      const rows: Item[] = [];
      for await (const item of scanFor(stage, physicalName, [CUSTOMER], [customerId])) {
        rows.push(item);
      }
      const place = keyNames.includes(CUSTOMER) ? "key" : "attribute";
      if (rows.length > 0) found.push({ consumer, table, physicalName, place, rows, keyNames });
    }
  }
  return found;
};

/** Reads each of the stage's tables once; writes nothing. */
export const findHoldings = async (stage: Stage, customerId: string): Promise<Holdings> => {
  const pseudonym = await readPseudonym(stage, customerId);
  const ids = [customerId, ...(pseudonym === undefined ? [] : [pseudonym])];
  const orders = await findOrders(stage, ids);
  // After the orders: what is applied by now is applied for good.
  const rows = await readRows(stage, orders);
  const heldBack = findBehind(
    stage,
    orders.filter(({ state }) => state === "has the id"),
    rows,
  );
  const waiting = new Set(heldBack.map(({ orderId }) => orderId));
  return {
    ...{ customerId, pseudonym, heldBack },
    orders: orders.filter(({ orderId, state }) => state === "has the id" && !waiting.has(orderId)),
    rows: rows.filter(
      ({ row }) => !waiting.has(row.orderId) && withoutId(row, customerId, "") !== row,
    ),
    tables: await findTables(stage, customerId),
  };
};
