/**
 * The orders table. One conditional `UpdateItem` is the whole write: the state change and its event
 * are in one item, so they are atomic, and the stream keeps their order (4.1).
 */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import type { OrderItem } from "../core/order-item.ts";
import type { OrderRead, OrderStore, OrderWrite } from "../core/ports.ts";
import { readOrderItem } from "../core/read-order-item.ts";
import { BUSY } from "./dynamo-failure.ts";

/** True for a throttle, a conflict, a fault of the service, and where no answer came at all. */
const isPassing = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  if (BUSY.has(error.name)) return true;
  const status =
    "$metadata" in error ? (error.$metadata as HttpMetadata).httpStatusCode : undefined;
  if (status !== undefined) return status >= 500;
  return error.name === "TimeoutError" || "code" in error || "errno" in error;
};
type HttpMetadata = { readonly httpStatusCode?: number };

const toItem = (attributes: Parameters<typeof unmarshall>[0]): OrderItem => {
  const read = readOrderItem(unmarshall(attributes));
  if (read.kind === "no order") throw new Error(`an item of the orders table: ${read.reason}`);
  return read.item;
};

/** `#key = :key` for every attribute, so that no reserved word needs a list. */
const assign = (attributes: Record<string, unknown>) => ({
  set: Object.keys(attributes).map((name) => `#${name} = :${name}`),
  names: Object.fromEntries(Object.keys(attributes).map((name) => [`#${name}`, name])),
  values: Object.fromEntries(Object.entries(attributes).map(([name, v]) => [`:${name}`, v])),
});

const toUpdate = (item: OrderItem, expectedVersion: number) => {
  const { orderId, customerId, currency, totalCents, lines, events, ...head } = item;
  const once = { customerId, currency, totalCents, lines };
  const isNew = expectedVersion === 0;
  const { set, names, values } = assign(isNew ? { ...head, ...once } : head);
  const append = isNew ? ":added" : "list_append(#events, :added)";
  return {
    Key: marshall({ orderId }),
    UpdateExpression: `SET ${[...set, `#events = ${append}`].join(", ")}`,
    ConditionExpression: isNew ? "attribute_not_exists(#version)" : "#version = :expected",
    ExpressionAttributeNames: { ...names, "#events": "events" },
    ExpressionAttributeValues: marshall(
      {
        ...values,
        ":added": events.slice(expectedVersion),
        ...(isNew ? {} : { ":expected": expectedVersion }),
      },
      { removeUndefinedValues: true },
    ),
    // Tells what is there instead without another read (5.6).
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  } satisfies Omit<UpdateItemCommandInput, "TableName">;
};

export const dynamoOrderStore = (
  client: Pick<DynamoDBClient, "send">,
  tableName: string,
): OrderStore => ({
  get: async (orderId): Promise<OrderRead> => {
    try {
      const Key = marshall({ orderId });
      const command = new GetItemCommand({ TableName: tableName, Key, ConsistentRead: true });
      const { Item } = await client.send(command);
      return Item === undefined ? { kind: "none" } : { kind: "found", item: toItem(Item) };
    } catch (error) {
      if (isPassing(error)) return { kind: "busy" };
      throw error;
    }
  },
  put: async (item, expectedVersion): Promise<OrderWrite> => {
    try {
      const update = toUpdate(item, expectedVersion);
      await client.send(new UpdateItemCommand({ TableName: tableName, ...update }));
      return { kind: "written" };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        return { kind: "changed", item: error.Item === undefined ? undefined : toItem(error.Item) };
      }
      if (isPassing(error)) return { kind: "busy" };
      throw error;
    }
  },
});
