import { BatchGetItemCommand } from "@aws-sdk/client-dynamodb";
import { type Item, itemToRow } from "../../lambdas/aws/ledger-item.ts";
import type { LedgerRow } from "../../lambdas/core/ledger-row.ts";
import type { Stage } from "../stage-clients.ts";

/** As many as one call takes. */
const PAGE = 100;

/** One consumer's rows of some orders, by order; one that has none is left out. */
export const readRows = async (
  { dynamo, outputs }: Stage,
  consumer: string,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, LedgerRow>> => {
  const table = outputs.DedupTable;
  const rows = new Map<string, LedgerRow>();
  // A key may be asked for once only.
  const ids = [...new Set(orderIds)];
  for (let start = 0; start < ids.length; start += PAGE) {
    const page = ids.slice(start, start + PAGE);
    let keys: Item[] = page.map((id) => ({ orderId: { S: id }, consumer: { S: consumer } }));
    while (keys.length > 0) {
      const RequestItems = { [table]: { Keys: keys, ConsistentRead: true } };
      const { Responses, UnprocessedKeys } = await dynamo.send(
        new BatchGetItemCommand({ RequestItems }),
      );
      for (const item of Responses?.[table] ?? []) {
        const row = itemToRow(item);
        rows.set(row.orderId, row);
      }
      keys = UnprocessedKeys?.[table]?.Keys ?? [];
    }
  }
  return rows;
};
