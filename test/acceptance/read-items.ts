import { BatchGetItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";

export type Row = ReturnType<typeof unmarshall>;
type Key = Readonly<Record<string, string>>;

/** The most keys that one call takes. */
const BATCH = 100;
const TRIES = 8;

const readBatch = async (dynamo: DynamoDBClient, table: string, keys: readonly Key[]) => {
  const rows: Row[] = [];
  let left = keys.map((key) => marshall(key));
  for (let tried = 0; left.length > 0; tried++) {
    if (tried === TRIES) throw new Error(`${left.length} items of ${table} cannot be read`);
    const request = { [table]: { Keys: left, ConsistentRead: true } };
    const command = new BatchGetItemCommand({ RequestItems: request });
    const { Responses, UnprocessedKeys } = await dynamo.send(command);
    rows.push(...(Responses?.[table] ?? []).map((item) => unmarshall(item)));
    left = UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return rows;
};

/** The items that exist of these keys, in no particular order, as they are now. */
export const readItems = async (
  dynamo: DynamoDBClient,
  table: string,
  keys: readonly Key[],
): Promise<Row[]> => {
  const rows: Row[] = [];
  for (let from = 0; from < keys.length; from += BATCH) {
    rows.push(...(await readBatch(dynamo, table, keys.slice(from, from + BATCH))));
  }
  return rows;
};
