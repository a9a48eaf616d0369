/** Stock: reserved for an order all lines or none, given back on a cancel, taken off on a shipment. */
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { INITIAL_STOCK } from "../sides.ts";
import { piecesBySku } from "./basket.ts";
import {
  type Effect,
  NOTHING,
  type PlainEffect,
  type PlainEvent,
  put,
  readItem,
  type Store,
} from "./plain-effect.ts";

type Hold = { readonly status: string; readonly wanted: Readonly<Record<string, number>> };
type Change = Readonly<Record<"available" | "onHand" | "reserved" | "shipped", number>>;

const ATTRIBUTES = ["available", "onHand", "reserved", "shipped"] as const;
const START: Change = {
  available: INITIAL_STOCK,
  onHand: INITIAL_STOCK,
  reserved: 0,
  shipped: 0,
};

const adjust = (store: Store, sku: string, change: Change): TransactWriteItem => ({
  Update: {
    TableName: store.tables.stock,
    Key: marshall({ sku }),
    UpdateExpression: `SET ${ATTRIBUTES.map((name) => `${name} = if_not_exists(${name}, :${name}Start) + :${name}`).join(", ")}`,
    ExpressionAttributeValues: marshall(
      Object.fromEntries(
        ATTRIBUTES.flatMap((name) => [
          [`:${name}`, change[name]],
          [`:${name}Start`, START[name]],
        ]),
      ),
    ),
  },
});

const reserve = (store: Store, sku: string, pieces: number): TransactWriteItem => {
  const change = { available: -pieces, onHand: 0, reserved: pieces, shipped: 0 };
  const { Update } = adjust(store, sku, change);
  if (Update === undefined) throw new Error("an adjustment is an update");
  const enough = "attribute_not_exists(available) OR available >= :pieces";
  return {
    Update: {
      ...Update,
      ConditionExpression: enough,
      ExpressionAttributeValues: {
        ...Update.ExpressionAttributeValues,
        ":pieces": { N: String(pieces) },
      },
    },
  };
};

const holdOf = (store: Store, { subject }: PlainEvent, hold: Hold): TransactWriteItem =>
  put(store.tables.holds, { orderId: subject, ...hold });

const created = (event: PlainEvent, store: Store): Effect => {
  const pieces = piecesBySku(event.data.lines);
  const wanted = Object.fromEntries(pieces);
  return {
    writes: [
      ...pieces.map(([sku, count]) => reserve(store, sku, count)),
      holdOf(store, event, { status: "reserved", wanted }),
    ],
    otherwise: [holdOf(store, event, { status: "backordered", wanted })],
  };
};

const released = (count: number): Change => ({
  available: count,
  onHand: 0,
  reserved: -count,
  shipped: 0,
});

const shipped = (status: string, count: number): Change => ({
  available: status === "reserved" ? 0 : -count,
  onHand: -count,
  reserved: status === "reserved" ? -count : 0,
  shipped: count,
});

export const inventory: PlainEffect = async (event, store) => {
  if (event.type === "order.created") return created(event, store);
  if (event.type !== "order.cancelled" && event.type !== "order.shipped") return NOTHING;
  const found = await readItem(store, store.tables.holds, { orderId: event.subject });
  const { status, wanted } = (found ?? { status: "released", wanted: {} }) as Hold;
  const pieces = Object.entries(wanted);
  if (event.type === "order.shipped") {
    const taken = pieces.map(([sku, count]) => adjust(store, sku, shipped(status, count)));
    return { writes: [...taken, holdOf(store, event, { status: "shipped", wanted: {} })] };
  }
  const held = status === "reserved" ? pieces : [];
  const given = held.map(([sku, count]) => adjust(store, sku, released(count)));
  return { writes: [...given, holdOf(store, event, { status: "released", wanted: {} })] };
};
