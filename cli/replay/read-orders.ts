import { batchGetItems, MOST_KEYS } from "../../lambdas/aws/batch-get-items.ts";
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import { readOrderItem } from "../../lambdas/core/read-order-item.ts";
import { decodeItem, scanOrders } from "../scan-orders.ts";
import type { Stage } from "../stage-clients.ts";

const readPage = async (
  { dynamo, outputs }: Stage,
  orderIds: readonly string[],
): Promise<OrderItem[]> => {
  const keys = orderIds.map((id) => ({ orderId: { S: id } }));
  const page = { table: outputs.OrdersTable, keys, ConsistentRead: true };
  return (await batchGetItems(dynamo, page)).flatMap((item) => {
    const read = readOrderItem(decodeItem(item));
    return read.kind === "order" ? [read.item] : [];
  });
};

async function* pagesOf<T>(all: AsyncIterable<T>): AsyncGenerator<readonly T[]> {
  let page: T[] = [];
  for await (const each of all) {
    page.push(each);
    if (page.length < MOST_KEYS) continue;
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
  for (let start = 0; start < ids.length; start += MOST_KEYS) {
    yield await readPage(stage, ids.slice(start, start + MOST_KEYS));
  }
}

export const readAllOrders = (stage: Stage): AsyncGenerator<readonly OrderItem[]> =>
  pagesOf(everyOrder(stage));
