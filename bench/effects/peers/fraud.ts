/** An audit chain over an order's events, and on its creation a score with the rules that fired. */
import { createHash } from "node:crypto";
import { type TransactWriteItem, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import {
  add,
  type Effect,
  type PlainEffect,
  type PlainEvent,
  put,
  readItem,
  type Store,
} from "./plain-effect.ts";

export const ORDERS_A_DAY = 5;
const LARGE_TOTAL_CENTS = 100_000;
const MANY_PIECES = 20;
const POINTS = { amount: 40, quantity: 20, velocity: 40 } as const;
export type Rule = keyof typeof POINTS;

export const nextChain = (previous: string, { sequence, type }: PlainEvent): string =>
  createHash("sha256").update(`${previous}\n${sequence}\n${type}`).digest("hex");

export const firedBy = ({ data }: PlainEvent): readonly Rule[] => {
  const pieces = (data.lines ?? []).reduce((sum, { quantity }) => sum + quantity, 0);
  return [
    ...(data.totalCents >= LARGE_TOTAL_CENTS ? (["amount"] as const) : []),
    ...(pieces >= MANY_PIECES ? (["quantity"] as const) : []),
  ];
};

export const scoreOf = (rules: readonly Rule[]): number =>
  rules.reduce((sum, rule) => sum + POINTS[rule], 0);

const screened = (event: PlainEvent, store: Store, rules: readonly Rule[]): TransactWriteItem =>
  put(store.tables.chains, {
    ...{ orderId: event.subject, chain: nextChain("", event) },
    ...{ score: scoreOf(rules), rules },
  });

const countOrder = (event: PlainEvent, { tables }: Store): TransactWriteItem => {
  const key = { customerId: event.data.customerId, day: event.time.slice(0, 10) };
  return add(tables.velocity, key, { orders: 1 });
};

const linked = async (event: PlainEvent, store: Store): Promise<Effect> => {
  const row = await readItem(store, store.tables.chains, { orderId: event.subject });
  const chain = nextChain(String(row?.chain ?? ""), event);
  return { writes: [put(store.tables.chains, { orderId: event.subject, ...row, chain })] };
};

/** Counts first, by an update that answers with the count: two plain writes and no transaction. */
export const countedFraud: PlainEffect = async (event, store) => {
  if (event.type !== "order.created") return linked(event, store);
  const { Update } = countOrder(event, store);
  if (Update === undefined) throw new Error("a count is an update");
  const command = new UpdateItemCommand({ ...Update, ReturnValues: "UPDATED_NEW" } as never);
  const { Attributes } = await store.client.send(command);
  const isFast = Number(Attributes?.orders?.N) > ORDERS_A_DAY;
  const rules = [...firedBy(event), ...(isFast ? (["velocity"] as const) : [])];
  return { writes: [screened(event, store, rules)] };
};

/** All in one transaction, whose condition tells whether the customer has had his day's orders. */
export const fraud: PlainEffect = async (event, store) => {
  if (event.type !== "order.created") return linked(event, store);
  const count = countOrder(event, store);
  const rules = firedBy(event);
  const slow = {
    Update: {
      ...count.Update,
      ConditionExpression: "attribute_not_exists(#n0) OR #n0 < :limit",
      ExpressionAttributeValues: {
        ...count.Update?.ExpressionAttributeValues,
        ":limit": { N: String(ORDERS_A_DAY) },
      },
    },
  } as TransactWriteItem;
  return {
    writes: [slow, screened(event, store, rules)],
    otherwise: [count, screened(event, store, [...rules, "velocity"])],
  };
};
