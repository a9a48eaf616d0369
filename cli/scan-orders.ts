import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { Item } from "../lambdas/aws/ledger-item.ts";
import { type ReadOrderItem, readOrderItem } from "../lambdas/core/read-order-item.ts";
import { scanTable } from "./scan-table.ts";
import type { Stage } from "./stage-clients.ts";

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

/** Every order of a stage. In a table of the user's own, items without an outbox are passed over. */
export async function* scanOrders({ dynamo, outputs }: Stage): AsyncGenerator<ScannedOrder> {
  const { OrdersTable: TableName, OutboxAttribute: outbox } = outputs;
  const input = {
    TableName,
    ...(outbox === undefined
      ? {}
      : {
          ProjectionExpression: "#outbox",
          FilterExpression: "attribute_exists(#outbox)",
          ExpressionAttributeNames: { "#outbox": outbox },
        }),
  };
  for await (const item of scanTable(dynamo, input)) {
    const order = outbox === undefined ? item : item[outbox]?.M;
    yield { ...readOrderItem(decodeItem(order)), orderId: order?.orderId?.S ?? "without id" };
  }
}
