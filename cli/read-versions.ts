import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { scanOrders } from "./scan-orders.ts";
import type { Stage } from "./stage-clients.ts";

const readVersion = async ({ dynamo, outputs }: Stage, orderId: string): Promise<number> => {
  const command = new GetItemCommand({
    TableName: outputs.OrdersTable,
    Key: { orderId: { S: orderId } },
    ConsistentRead: true,
    ProjectionExpression: "version",
  });
  const { Item } = await dynamo.send(command);
  return Number(Item?.version?.N ?? Number.POSITIVE_INFINITY);
};

/** Every order's version. */
export const scanVersions = async (stage: Stage): Promise<ReadonlyMap<string, number>> => {
  const versions = new Map<string, number>();
  for await (const order of scanOrders(stage)) {
    if (order.kind === "order") versions.set(order.orderId, order.item.version);
  }
  return versions;
};

/** From so many on, one scan costs less time than their reads one by one. */
const MANY = 100;

/**
 * The versions that some orders have by now; one that is gone is missing, or infinite. The keys of a
 * table of the user's own are unknown, so there it always takes a scan.
 */
export const readVersions = async (
  stage: Stage,
  orderIds: ReadonlySet<string>,
): Promise<ReadonlyMap<string, number>> => {
  const versions = new Map<string, number>();
  if (orderIds.size === 0) return versions;
  if (stage.outputs.OutboxAttribute === undefined && orderIds.size < MANY) {
    for (const orderId of orderIds) versions.set(orderId, await readVersion(stage, orderId));
    return versions;
  }
  for (const [orderId, version] of await scanVersions(stage)) {
    if (orderIds.has(orderId)) versions.set(orderId, version);
  }
  return versions;
};
