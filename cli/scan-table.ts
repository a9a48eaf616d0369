import { type DynamoDBClient, ScanCommand, type ScanCommandInput } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { Item } from "../lambdas/aws/ledger-item.ts";
import { type RateLimit, UNLIMITED } from "./limit-rate.ts";

export type ScanInput = Omit<ScanCommandInput, "ExclusiveStartKey" | "ConsistentRead">;

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

export type ScanPace = {
  /** Parts of the table that are read at the same time. */
  readonly segments?: number;
  /** Of read units: a page of 1 MB costs 256. */
  readonly readUnits?: Pick<RateLimit, "ready" | "spend">;
  readonly signal?: AbortSignal | undefined;
};

/**
 * Every item of a table, some of its segments at a time, a page of each in memory. `take` is told a
 * page at once, and no two at the same time. Rejects when it is interrupted.
 */
export const scanSegments = async (
  client: DynamoDBClient,
  input: ScanInput,
  {
    segments = 1,
    readUnits = UNLIMITED,
    signal,
    take,
  }: ScanPace & {
    readonly take: (items: readonly Item[]) => void;
  },
): Promise<void> => {
  const readSegment = async (Segment: number): Promise<void> => {
    let start: Item | undefined;
    do {
      await readUnits.ready(signal);
      signal?.throwIfAborted();
      const command = new ScanCommand({
        ...input,
        ...{ ConsistentRead: true, ReturnConsumedCapacity: "TOTAL" },
        ...(segments === 1 ? {} : { Segment, TotalSegments: segments }),
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      });
      const { Items = [], LastEvaluatedKey, ConsumedCapacity } = await client.send(command);
      readUnits.spend(ConsumedCapacity?.CapacityUnits ?? 0);
      take(Items);
      start = LastEvaluatedKey;
    } while (start !== undefined);
  };
  await Promise.all(Array.from({ length: segments }, (_, segment) => readSegment(segment)));
};

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
