/**
 * The shop's own code, on its own items in its own words. Only one thing in it is new: what
 * `appendEvent` answers is joined with the update that was there before.
 */
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { appendEvent, type OrderHead } from "order-event-bus/append-event";

type Article = { readonly article: string; readonly pieces: number; readonly cents: number };

export type Call = {
  /** The same for every try of one step. */
  readonly requestId: string;
  readonly order: string;
} & (
  | { readonly step: "place"; readonly buyer: string; readonly cart: readonly Article[] }
  | { readonly step: "pay" }
);

type OrderItem = {
  readonly buyer: string;
  readonly cart: readonly Article[];
  readonly outbox?: unknown;
};

const TRIES = 5;
const client = new DynamoDBClient();
const TableName = process.env.SHOP_TABLE;
const keyOf = (order: string) => marshall({ pk: `ORDER#${order}`, sk: "HEAD" });

/** What the bus tells its consumers of an order, from what the shop keeps of it. */
const headOf = (orderId: string, { buyer, cart }: OrderItem): OrderHead => ({
  orderId,
  customerId: buyer,
  currency: "EUR",
  totalCents: cart.reduce((sum, { pieces, cents }) => sum + pieces * cents, 0),
  lines: cart.map(({ article, pieces, cents }) => ({
    ...{ sku: article, quantity: pieces, unitPriceCents: cents },
  })),
});

const read = async (order: string): Promise<OrderItem | undefined> => {
  const command = new GetItemCommand({ TableName, Key: keyOf(order), ConsistentRead: true });
  const { Item } = await client.send(command);
  return Item === undefined ? undefined : (unmarshall(Item) as OrderItem);
};

/** False when somebody else has changed the order meanwhile. */
const write = async (call: Call, item: OrderItem): Promise<boolean> => {
  const { order, requestId, step } = call;
  const appended = appendEvent({
    ...{ attribute: "outbox", outbox: item.outbox, order: headOf(order, item) },
    event: {
      ...{ id: requestId, time: new Date().toISOString() },
      type: step === "place" ? "order.created" : "order.paid",
    },
  });
  if (appended.kind === "repeated") return true;
  if (appended.kind === "refused") throw new Error(appended.reason);
  const own = { ":phase": step === "place" ? "placed" : "paid", ":b": item.buyer, ":c": item.cart };
  const command = new UpdateItemCommand({
    ...{ TableName, Key: keyOf(order) },
    UpdateExpression: `SET phase = :phase, buyer = :b, cart = :c, ${appended.set}`,
    ConditionExpression: appended.condition,
    ExpressionAttributeNames: appended.names,
    ExpressionAttributeValues: marshall({ ...own, ...appended.values }),
  });
  return client.send(command).then(
    () => true,
    (error: unknown) => {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    },
  );
};

/** The table holds other things than orders; the bus passes them over. */
const greet = (buyer: string) => {
  const Item = marshall({ pk: `BUYER#${buyer}`, sk: "CARD", since: new Date().toISOString() });
  return client.send(new PutItemCommand({ TableName, Item }));
};

export const handler = async (call: Call): Promise<{ readonly order: string }> => {
  for (let tried = 0; tried < TRIES; tried++) {
    const { order } = call;
    const item = (await read(order)) ?? (call.step === "place" ? call : undefined);
    if (item === undefined) throw new Error("there is no such order; place it first");
    if (call.step === "place") await greet(call.buyer);
    if (await write(call, item)) return { order };
  }
  throw new Error(`somebody else was faster ${TRIES} times; try again`);
};
