/**
 * Orders that die at one consumer, for a cause that can be repaired: somebody wrote a text where
 * their customers' counts belong, and DynamoDB refuses to add to it.
 */
import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { Stage } from "../../cli/stage-clients.ts";
import { consumerNamed } from "../../cli/stage-outputs.ts";
import { makeOrderLines } from "../end-to-end/make-order-lines.ts";
import { readRow } from "../end-to-end/read-rows.ts";

/** Its audit chain over an order's events tells a lost, a doubled and a reordered one. */
export const CONSUMER = "fraud";

export type PoisonedOrder = {
  readonly orderId: string;
  readonly lines: ReturnType<typeof makeOrderLines>;
};

export const makePoisoned = (name: string, count: number): readonly PoisonedOrder[] =>
  Array.from({ length: count }, (_, index) => {
    const orderId = `${name}-${index + 1}`;
    const lines = [{ sku: `sku-${name}`, quantity: 2, unitPriceCents: 2_500 }];
    return { orderId, lines: makeOrderLines(orderId, lines) };
  });

const DAY_MS = 86_400_000;

/** A run may go on past midnight. */
const countKeys = (orders: readonly PoisonedOrder[], nowMs: number) =>
  orders.flatMap(({ lines: [placed] }) =>
    [nowMs, nowMs + DAY_MS].map((atMs) => ({
      customerId: placed.customerId,
      day: new Date(atMs).toISOString().slice(0, 10),
    })),
  );

export const createPoison = ({ dynamo, outputs }: Stage, orders: readonly PoisonedOrder[]) => {
  const TableName = consumerNamed(outputs, CONSUMER).tables.velocity ?? "";
  const keys = countKeys(orders, Date.now());
  return {
    write: async () => {
      for (const key of keys) {
        const Item = marshall({ ...key, orders: "none" });
        await dynamo.send(new PutItemCommand({ TableName, Item }));
      }
    },
    repair: async () => {
      for (const key of keys) {
        await dynamo.send(new DeleteItemCommand({ TableName, Key: marshall(key) }));
      }
    },
  };
};

/** The last applied sequence of each order, in the given order; 0 when none is. */
export const readSequences = (
  stage: Stage,
  orders: readonly PoisonedOrder[],
): Promise<readonly number[]> =>
  Promise.all(
    orders.map(async ({ orderId }) => (await readRow(stage, CONSUMER, orderId)).seq ?? 0),
  );
