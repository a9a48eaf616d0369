import { BatchGetItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Item } from "./ledger-item.ts";

/** Keys that one call takes. */
export const MOST_KEYS = 100;
/** In a row, without any item. */
const TRIES_IN_VAIN = 5;

export type BatchGet = {
  readonly table: string;
  /** At most 100, each once. */
  readonly keys: readonly Item[];
  readonly ConsistentRead?: boolean;
  readonly ProjectionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
};

/**
 * The items that there are of these keys, in no particular order. DynamoDB may leave keys out, for
 * their size or a throttle: those are asked for again. Throws when some cannot be had.
 */
export const batchGetItems = async (
  client: Pick<DynamoDBClient, "send">,
  { table, keys, ...read }: BatchGet,
): Promise<Item[]> => {
  const items: Item[] = [];
  let left = [...keys];
  for (let inVain = 0; left.length > 0; ) {
    if (inVain === TRIES_IN_VAIN) {
      throw new Error(`${left.length} rows unread after ${inVain} tries in vain`);
    }
    const RequestItems = { [table]: { ...read, Keys: left } };
    const answer = await client.send(new BatchGetItemCommand({ RequestItems }));
    const found = answer.Responses?.[table] ?? [];
    items.push(...found);
    inVain = found.length > 0 ? 0 : inVain + 1;
    left = answer.UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return items;
};
