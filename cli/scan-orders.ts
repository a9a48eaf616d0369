import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { Item } from "../lambdas/aws/ledger-item.ts";
import { type ReadOrderItem, readOrderItem } from "../lambdas/core/read-order-item.ts";
import { type ScanInput, type ScanPace, scanSegments, scanTable } from "./scan-table.ts";
import type { Stage } from "./stage-clients.ts";
import type { StageOutputs } from "./stage-outputs.ts";

export type ScannedOrder = ReadOrderItem & {
  /** As far as it can be told of a faulty item. */
  readonly orderId: string;
};

/** `undefined` where it cannot be, such as with a number beyond a double: one such item hides no other. */
export const decodeItem = (attributes: Item | undefined): unknown => {
  try {
    return attributes && unmarshall(attributes);
  } catch {
    return undefined;
  }
};

/** Of a table of the user's own only the outboxes are sent over, though all of it is read. */
const inputOf = ({ OrdersTable: TableName, OutboxAttribute: outbox }: StageOutputs): ScanInput => ({
  TableName,
  ...(outbox === undefined
    ? {}
    : {
        ProjectionExpression: "#outbox",
        FilterExpression: "attribute_exists(#outbox)",
        ExpressionAttributeNames: { "#outbox": outbox },
      }),
});

const toOrder = (item: Item, { OutboxAttribute: outbox }: StageOutputs): ScannedOrder => {
  const order = outbox === undefined ? item : item[outbox]?.M;
  return { ...readOrderItem(decodeItem(order)), orderId: order?.orderId?.S ?? "without id" };
};

/** Every order of a stage. In a table of the user's own, items without an outbox are passed over. */
export async function* scanOrders({ dynamo, outputs }: Stage): AsyncGenerator<ScannedOrder> {
  for await (const item of scanTable(dynamo, inputOf(outputs))) yield toOrder(item, outputs);
}

/** The same, some segments of the table at a time. */
export const scanOrderSegments = (
  { dynamo, outputs }: Stage,
  { take, ...pace }: ScanPace & { readonly take: (orders: readonly ScannedOrder[]) => void },
): Promise<void> =>
  scanSegments(dynamo, inputOf(outputs), {
    ...pace,
    take: (items) => take(items.map((item) => toOrder(item, outputs))),
  });
