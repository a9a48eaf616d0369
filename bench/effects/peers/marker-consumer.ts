/**
 * (c): the usual home-made recipe, written well. A marker of the event and its effect are one
 * transaction, so a second delivery is refused as a whole. Orders of a batch run side by side,
 * events of one order in sequence; what follows a failure in its order is handed back with it.
 */
import {
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { SQSRecord } from "aws-lambda";
import { dynamoClient } from "../../../lambdas/aws/aws-clients.ts";
import type { OrderEventType } from "../../../lambdas/core/order-event.ts";
import type { Tables } from "../bench-tables.ts";
import type { ConsumerName, QueueFunction } from "../sides.ts";
import { isRefusal } from "./perform-effect.ts";
import type { PlainEffect, PlainEvent } from "./plain-effect.ts";

export type MarkerOptions = {
  readonly consumer: ConsumerName;
  readonly tables: Tables;
  readonly effect: PlainEffect;
  /** Other types are acknowledged and cost nothing. */
  readonly admits: readonly OrderEventType[];
};

/** As long as a message may live: 14 days in the queue and 14 in its dead-letter queue (2.14). */
const REMEMBERED_SECONDS = 28 * 86_400;

const markerOf = (id: string, { consumer, tables }: MarkerOptions): TransactWriteItem => ({
  Put: {
    TableName: tables.markers,
    Item: marshall({
      id: `${consumer}#${id}`,
      expiresAt: Math.floor(Date.now() / 1_000) + REMEMBERED_SECONDS,
    }),
    ConditionExpression: "attribute_not_exists(id)",
  },
});

/** Its marker was there: done before. Reasons come in the order of the request (5.5). */
const isDuplicate = (error: unknown): boolean =>
  error instanceof TransactionCanceledException &&
  error.CancellationReasons?.[0]?.Code === "ConditionalCheckFailed";

const applyOnce = async (
  client: DynamoDBClient,
  event: PlainEvent,
  options: MarkerOptions,
): Promise<void> => {
  const { tables, effect } = options;
  const marker = markerOf(event.id, options);
  const send = (writes: readonly TransactWriteItem[]) =>
    client.send(new TransactWriteItemsCommand({ TransactItems: [marker, ...writes] }));
  const { writes, otherwise } = await effect(event, { client, tables });
  try {
    await send(writes);
  } catch (error) {
    if (isDuplicate(error)) return;
    if (otherwise === undefined || !isRefusal(error)) throw error;
    await send(otherwise);
  }
};

export const markerConsumer = (options: MarkerOptions): QueueFunction => {
  const client = dynamoClient();
  /** Answers with the messages that must come back. */
  const handleOrder = async (records: readonly SQSRecord[]): Promise<readonly SQSRecord[]> => {
    for (const [index, record] of records.entries()) {
      const event: PlainEvent = JSON.parse(record.body);
      if (!options.admits.includes(event.type)) continue;
      try {
        await applyOnce(client, event, options);
      } catch {
        return records.slice(index);
      }
    }
    return [];
  };
  return async ({ Records }) => {
    const orders = Map.groupBy(Records, ({ attributes }) => attributes.MessageGroupId);
    const failed = await Promise.all([...orders.values()].map(handleOrder));
    return {
      batchItemFailures: failed.flat().map(({ messageId }) => ({ itemIdentifier: messageId })),
    };
  };
};
