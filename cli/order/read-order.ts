import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import { readOrderItem } from "../../lambdas/core/read-order-item.ts";
import { scanOrders } from "../scan-orders.ts";
import type { Stage } from "../stage-clients.ts";

/** In a table of the user's own the keys are not known, so all of it is scanned. */
const findInOwnTable = async (stage: Stage, orderId: string): Promise<OrderItem | undefined> => {
  for await (const order of scanOrders(stage)) {
    if (order.orderId !== orderId) continue;
    if (order.kind === "order") return order.item;
    throw new Error(`order ${orderId} is faulty: ${order.reason}`);
  }
  return undefined;
};

/** One order, strongly consistent; `undefined` where there is none. Rejects for a faulty item. */
export const readOrder = async (stage: Stage, orderId: string): Promise<OrderItem | undefined> => {
  const { OrdersTable: TableName, OutboxAttribute } = stage.outputs;
  if (OutboxAttribute !== undefined) return findInOwnTable(stage, orderId);
  const Key = { orderId: { S: orderId } };
  const { Item } = await stage.dynamo.send(
    new GetItemCommand({ TableName, Key, ConsistentRead: true }),
  );
  if (Item === undefined) return undefined;
  const order = readOrderItem(unmarshall(Item));
  if (order.kind === "order") return order.item;
  throw new Error(`order ${orderId} is faulty: ${order.reason}`);
};
