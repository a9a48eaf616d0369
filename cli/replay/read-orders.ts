import { BatchGetItemCommand } from "@aws-sdk/client-dynamodb";
import type { Item } from "../../lambdas/aws/ledger-item.ts";
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import { readOrderItem } from "../../lambdas/core/read-order-item.ts";
import { decodeItem, scanOrders } from "../scan-orders.ts";
import type { Stage } from "../stage-clients.ts";

/** As many as one call takes. */
const PAGE = 100;

const readPage = async (
  { dynamo, outputs }: Stage,
  orderIds: readonly string[],
): Promise<OrderItem[]> => {
  const table = outputs.OrdersTable;
  const items: OrderItem[] = [];
  let keys: Item[] = orderIds.map((id) => ({ orderId: { S: id } }));
  while (keys.length > 0) {
    const RequestItems = { [table]: { Keys: keys, ConsistentRead: true } };
    const page = await dynamo.send(new BatchGetItemCommand({ RequestItems }));
    for (const item of page.Responses?.[table] ?? []) {
      const read = readOrderItem(decodeItem(item));
      if (read.kind === "order") items.push(read.item);
    }
    keys = page.UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return items;
};

async function* pagesOf<T>(all: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  let page: T[] = [];
  for await (const each of all) {
    page.push(each);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/** Every item that is an order's, in pages. */
async function* everyOrder(stage: Stage, wanted?: ReadonlySet<string>): AsyncGenerator<OrderItem> {
  const seen = new Set<string>();
  for await (const order of scanOrders(stage)) {
    if (order.kind !== "order" || wanted?.has(order.orderId) === false) continue;
    // In a table of the user's own two items may claim one order, which the audit tells.
    if (wanted !== undefined && seen.has(order.orderId)) continue;
    if (wanted !== undefined) seen.add(order.orderId);
    yield order.item;
  }
}

/**
 * Orders as they are now, in pages of at most 100; one that is absent or faulty is left out. The keys
 * of a table of the user's own are unknown, so there it takes a scan.
 */
export async function* readOrders(
  stage: Stage,
  orderIds: readonly string[],
): AsyncGenerator<readonly OrderItem[]> {
  const ids = [...new Set(orderIds)];
  if (ids.length === 0) return;
  if (stage.outputs.OutboxAttribute !== undefined) {
    yield* pagesOf(everyOrder(stage, new Set(ids)));
    return;
  }
  for (let start = 0; start < ids.length; start += PAGE) {
    yield await readPage(stage, ids.slice(start, start + PAGE));
  }
}

export const readAllOrders = (stage: Stage): AsyncGenerator<readonly OrderItem[]> =>
  pagesOf(everyOrder(stage));
