/**
 * Orders that inventory cannot apply: somebody wrote a text into the stock row of their SKU, where a
 * number belongs. They die there as any poison does, each with its followers behind it.
 */
import { BatchWriteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { chunksOf, forEachAtATime } from "../../cli/dead-letters/receive-letters.ts";
import type { Stage } from "../../cli/stage-clients.ts";
import { consumerNamed } from "../../cli/stage-outputs.ts";
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import { makeOrder } from "../core/make-order.ts";

/** One letter after another as fast as a poll goes; the budget is for a poison or two, not for this. */
export const poisonSettings = {
  failureRules: {
    ...{ attempts: 1, failingSeconds: 0, backoffCapSeconds: 2, bounceSeconds: 0 },
    budget: { capacity: 100_000, appliedPerToken: 1_000_000, tokensPerMinute: 1, tokensPerHour: 0 },
  },
  maxReceiveCount: 8,
  outageFloorSeconds: 0,
};

export const STOCK = 1_000_000;
/** Of an order. */
export const EVENTS = 4;
/** Of those, what inventory handles, and so what dies there. */
export const LETTERS = 2;

const putStock = (stage: Stage, sku: string, reserved: unknown) => {
  const TableName = consumerNamed(stage.outputs, "inventory").tables.stock ?? "";
  const row = { sku, available: STOCK, onHand: STOCK, reserved, shipped: 0 };
  return stage.dynamo.send(new PutItemCommand({ TableName, Item: marshall(row) }));
};
export const breakStock = (stage: Stage, sku: string) => putStock(stage, sku, "none");
export const mendStock = (stage: Stage, sku: string) => putStock(stage, sku, 0);

/** Delivered orders of one piece of one SKU: four events each. */
export const makeOrders = (prefix: string, count: number, sku: string): OrderItem[] =>
  Array.from({ length: count }, (_, index) => ({
    ...makeOrder(["pay", "ship", "deliver"], `${prefix}-${index}`),
    ...{ lines: [{ sku, quantity: 1, unitPriceCents: 500 }], totalCents: 500 },
  }));

/** Straight into the table, as one write an order: the relay publishes all of an order's events. */
export const putOrders = async (stage: Stage, orders: readonly OrderItem[]): Promise<void> => {
  const table = stage.outputs.OrdersTable;
  await forEachAtATime(chunksOf(orders, 25), 4, async (chunk) => {
    let requests = chunk.map((order) => ({ PutRequest: { Item: marshall(order) } }));
    while (requests.length > 0) {
      const RequestItems = { [table]: requests };
      const { UnprocessedItems } = await stage.dynamo.send(
        new BatchWriteItemCommand({ RequestItems }),
      );
      requests = (UnprocessedItems?.[table] ?? []) as typeof requests;
    }
  });
};
