import { type DynamoDBClient, ScanCommand, type ScanCommandInput } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { Item } from "../lambdas/aws/ledger-item.ts";

type ScanInput = Omit<ScanCommandInput, "ExclusiveStartKey" | "ConsistentRead">;

/** Every item of a table, a page in memory at a time. Consistent: it serves as proof. */
export async function* scanTable(client: DynamoDBClient, input: ScanInput): AsyncGenerator<Item> {
  let start: Item | undefined;
  do {
    const command = new ScanCommand({
      ...input,
      ConsistentRead: true,
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    });
    const { Items = [], LastEvaluatedKey } = await client.send(command);
    yield* Items;
    start = LastEvaluatedKey;
  } while (start !== undefined);
}

export type TableSums = { readonly rows: number; readonly sums: Readonly<Record<string, number>> };

/** The number of rows, and the sums of some of their attributes; one that is absent counts 0. */
export const sumTable = async (
  client: DynamoDBClient,
  table: string,
  attributes: readonly string[] = [],
): Promise<TableSums> => {
  const sums: Record<string, number> = Object.fromEntries(attributes.map((name) => [name, 0]));
  let rows = 0;
  for await (const item of scanTable(client, { TableName: table })) {
    rows++;
    const row = unmarshall(item);
    for (const name of attributes) sums[name] = (sums[name] ?? 0) + (row[name] ?? 0);
  }
  return { rows, sums };
};
