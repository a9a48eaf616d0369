import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { dueAt } from "../../cli/due-at.ts";
import { scanTable } from "../../cli/scan-table.ts";
import type { Stage } from "../../cli/stage-clients.ts";
import { consumerNamed } from "../../cli/stage-outputs.ts";

/** How many of the shop's events a consumer has to apply: those of the types that it handles. */
export const countDue = async ({ dynamo, outputs }: Stage, name: string): Promise<number> => {
  const due: readonly string[] = dueAt(outputs, consumerNamed(outputs, name));
  let count = 0;
  for await (const item of scanTable(dynamo, { TableName: outputs.OrdersTable })) {
    const { events } = unmarshall(item as Record<string, AttributeValue>);
    count += events.filter(({ type }: { readonly type: string }) => due.includes(type)).length;
  }
  return count;
};
