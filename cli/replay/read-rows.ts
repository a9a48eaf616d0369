import { batchGetItems, MOST_KEYS } from "../../lambdas/aws/batch-get-items.ts";
import { itemToRow } from "../../lambdas/aws/ledger-item.ts";
import type { LedgerRow } from "../../lambdas/core/ledger-row.ts";
import type { Stage } from "../stage-clients.ts";

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
  for (let start = 0; start < ids.length; start += MOST_KEYS) {
    const page = ids.slice(start, start + MOST_KEYS);
    const keys = page.map((id) => ({ orderId: { S: id }, consumer: { S: consumer } }));
    for (const item of await batchGetItems(dynamo, { table, keys, ConsistentRead: true })) {
      const row = itemToRow(item);
      rows.set(row.orderId, row);
    }
  }
  return rows;
};
