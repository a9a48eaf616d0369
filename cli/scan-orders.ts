import { unmarshall } from "@aws-sdk/util-dynamodb";
import { type ReadOrderItem, readOrderItem } from "../lambdas/core/read-order-item.ts";
import { scanTable } from "./scan-table.ts";
import type { Stage } from "./stage-clients.ts";

export type ScannedOrder = ReadOrderItem & {
  /** As far as it can be told of a faulty item. */
  readonly orderId: string;
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
    const plain = unmarshall(item);
    const order = outbox === undefined ? plain : plain[outbox];
    yield { ...readOrderItem(order), orderId: String(order?.orderId ?? "without id") };
  }
}
