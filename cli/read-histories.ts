/** The types of orders' events, in sequence; an order's version is their number. */
import { batchGetItems, MOST_KEYS } from "../lambdas/aws/batch-get-items.ts";
import type { Item } from "../lambdas/aws/ledger-item.ts";
import { chunksOf, forEachAtATime } from "./dead-letters/receive-letters.ts";
import { scanOrders } from "./scan-orders.ts";
import type { Stage } from "./stage-clients.ts";

export type Histories = ReadonlyMap<string, readonly string[]>;

const CALLS_AT_A_TIME = 4;

/** Of every order. */
export const scanHistories = async (stage: Stage): Promise<Histories> => {
  const histories = new Map<string, readonly string[]>();
  for await (const order of scanOrders(stage)) {
    if (order.kind !== "order") continue;
    histories.set(
      order.orderId,
      order.item.events.map(({ type }) => type),
    );
  }
  return histories;
};

/** Also of an item that is not quite an order's: a type that it does not say is empty. */
const historyOf = ({ version, events }: Item): string[] =>
  Array.from({ length: Number(version?.N ?? 0) }, (_, index) => {
    return events?.L?.[index]?.M?.type?.S ?? "";
  });

/** Of some orders, strongly consistent; one that is not in the store is missing. */
export const readHistoriesOf = async (
  stage: Stage,
  orderIds: readonly string[],
): Promise<Histories> => {
  const { dynamo, outputs } = stage;
  const histories = new Map<string, readonly string[]>();
  // Such as `#message/…`: no order's id.
  const stored = [...new Set(orderIds)].filter((id) => !id.startsWith("#"));
  if (stored.length === 0) return histories;
  // The keys of a table of the user's own are unknown.
  if (outputs.OutboxAttribute !== undefined) return scanHistories(stage);
  await forEachAtATime(chunksOf(stored, MOST_KEYS), CALLS_AT_A_TIME, async (chunk) => {
    const items = await batchGetItems(dynamo, {
      table: outputs.OrdersTable,
      keys: chunk.map((id) => ({ orderId: { S: id } })),
      ConsistentRead: true,
      ProjectionExpression: "orderId, #version, #events",
      ExpressionAttributeNames: { "#version": "version", "#events": "events" },
    });
    for (const item of items) histories.set(item.orderId?.S ?? "", historyOf(item));
  });
  return histories;
};
