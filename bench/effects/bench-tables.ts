/** The tables of one run, whoever writes them: data tables are the same for all three sides. */
import { CreateTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** Partition key, then sort key. */
const KEYS = {
  stock: ["sku"],
  points: ["customerId"],
  bought: ["sku"],
  together: ["sku", "other"],
  facts: ["day", "eventId"],
  velocity: ["customerId", "day"],
  /** Ours. */
  dedup: ["orderId", "consumer"],
  /** Of the idempotency library, with the key that its documentation names. */
  idempotency: ["id"],
  /** Of the home-made recipe. */
  markers: ["id"],
  /** What the two others remember of an order; ours keeps it in its row. */
  holds: ["orderId"],
  chains: ["orderId"],
} as const;

export type TableName = keyof typeof KEYS;
/** What a table is called in the database. */
export type Tables = Readonly<Record<TableName, string>>;

const NAMES = Object.keys(KEYS) as TableName[];

const DATA = {
  inventory: ["stock", "holds"],
  loyalty: ["points"],
  recommendation: ["bought", "together"],
  warehouse: ["facts"],
  fraud: ["velocity", "chains"],
} as const;

/** Those that one consumer writes, on whichever side. */
export const tableNamesOf = (consumer: keyof typeof DATA): readonly TableName[] => [
  ...DATA[consumer],
  ...(["dedup", "idempotency", "markers"] as const),
];

export const tablesNamed = (prefix: string): Tables =>
  Object.fromEntries(NAMES.map((name) => [name, `${prefix}-${name}`])) as Tables;

export const createTables = async (
  client: DynamoDBClient,
  tables: Tables,
  names: readonly TableName[] = NAMES,
): Promise<void> => {
  for (const name of names) {
    const keys: readonly string[] = KEYS[name];
    await client.send(
      new CreateTableCommand({
        TableName: tables[name],
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: keys.map((key) => ({ AttributeName: key, AttributeType: "S" })),
        KeySchema: keys.map((key, index) => ({
          AttributeName: key,
          KeyType: index === 0 ? "HASH" : "RANGE",
        })),
      }),
    );
  }
};
