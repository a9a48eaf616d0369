/**
 * What an event does, as a service's author would write it who leaves exactly-once to something
 * else: to the idempotency library, or to a marker in the same transaction.
 */
import {
  type DynamoDBClient,
  GetItemCommand,
  type TransactWriteItem,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { OrderEventType, OrderLine } from "../../../lambdas/core/order-event.ts";
import type { Tables } from "../bench-tables.ts";

/** The body of a message, taken at its word. */
export type PlainEvent = {
  readonly id: string;
  readonly subject: string;
  readonly sequence: string;
  readonly time: string;
  readonly type: OrderEventType;
  /** The types of all events of the order up to this one. */
  readonly history: string;
  readonly data: {
    readonly customerId: string;
    readonly currency: string;
    readonly totalCents: number;
    /** Of `order.created` only. */
    readonly lines?: readonly OrderLine[];
  };
};

export type Effect = {
  readonly writes: readonly TransactWriteItem[];
  /** Taken when a condition of the writes refuses. */
  readonly otherwise?: readonly TransactWriteItem[];
};

export type Store = { readonly client: DynamoDBClient; readonly tables: Tables };

export type PlainEffect = (event: PlainEvent, store: Store) => Promise<Effect>;

export const NOTHING: Effect = { writes: [] };

export const readItem = async (
  { client }: Store,
  table: string,
  key: Readonly<Record<string, string>>,
): Promise<Record<string, unknown> | undefined> => {
  const command = new GetItemCommand({
    TableName: table,
    Key: marshall(key),
    ConsistentRead: true,
  });
  const { Item } = await client.send(command);
  return Item === undefined ? undefined : unmarshall(Item);
};

export const put = (table: string, item: object): TransactWriteItem => ({
  Put: { TableName: table, Item: marshall(item, { convertClassInstanceToMap: true }) },
});

/** Adds to numbers of one item, which begins at nothing. */
export const add = (
  table: string,
  key: Readonly<Record<string, string>>,
  amounts: Readonly<Record<string, number>>,
): TransactWriteItem => {
  const names = Object.keys(amounts);
  return {
    Update: {
      TableName: table,
      Key: marshall(key),
      UpdateExpression: `ADD ${names.map((_, index) => `#n${index} :v${index}`).join(", ")}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name, i) => [`#n${i}`, name])),
      ExpressionAttributeValues: marshall(
        Object.fromEntries(names.map((name, i) => [`:v${i}`, amounts[name]])),
      ),
    },
  };
};
