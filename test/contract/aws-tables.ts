/** DynamoDB, its streams and the embedded runtime's mapping of them, over any endpoint. */
import { randomUUID } from "node:crypto";
import {
  CreateTableCommand,
  DeleteTableCommand,
  type DynamoDBClient,
  PutItemCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from "@aws-sdk/client-dynamodb-streams";
import { createEventSourceMapping } from "../../local/event-source-mapping.ts";
import type { StreamCheckpoint } from "../../local/stream-checkpoint.ts";
import { streamPollLoop } from "../../local/stream-event-source.ts";
import { silentMeter } from "../local/silent-meter.ts";
import { poolOf } from "./function-stub.ts";
import { until } from "./scenario.ts";
import type { Change, TablesUnderTest, TableUnderTest, Time } from "./under-test.ts";

type Clients = { readonly dynamodb: DynamoDBClient; readonly streams: DynamoDBStreamsClient };

type Image = Record<string, { readonly S?: string | undefined; readonly N?: string | undefined }>;
type Record_ = {
  readonly eventName?: string | undefined;
  readonly dynamodb?:
    | {
        readonly Keys?: unknown;
        readonly OldImage?: unknown;
        readonly NewImage?: unknown;
        readonly SequenceNumber?: string | undefined;
      }
    | undefined;
};

const numberOf = (image: unknown): number | undefined => {
  const text = (image as Image | undefined)?.value?.N;
  return text === undefined ? undefined : Number(text);
};

const changeOf = ({ eventName, dynamodb }: Record_): Change => {
  const [before, after] = [numberOf(dynamodb?.OldImage), numberOf(dynamodb?.NewImage)];
  return {
    kind: eventName as Change["kind"],
    item: (dynamodb?.Keys as Image | undefined)?.id?.S ?? "",
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
  };
};

const readStream = async (
  { streams }: Clients,
  StreamArn: string,
  { time, enough }: { time: Time; enough: (changes: readonly Change[]) => boolean },
): Promise<Change[]> => {
  const changes: Change[] = [];
  const iterators = new Map<string, string | undefined>();
  const read = async () => {
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
    for (const { ShardId = "" } of StreamDescription?.Shards ?? []) {
      if (!iterators.has(ShardId)) {
        const from = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" as const };
        const { ShardIterator } = await streams.send(new GetShardIteratorCommand(from));
        iterators.set(ShardId, ShardIterator);
      }
      const ShardIterator = iterators.get(ShardId);
      if (ShardIterator === undefined) continue;
      const answer = await streams.send(new GetRecordsCommand({ ShardIterator }));
      iterators.set(ShardId, answer.NextShardIterator);
      changes.push(...(answer.Records ?? []).map(changeOf));
    }
    return enough(changes);
  };
  await until(time, read);
  return changes;
};

/** Kept for the length of one mapping: no other process goes on from it. */
const memoryCheckpoint = (): StreamCheckpoint => {
  const shards = new Map<string, string>();
  return {
    read: (shardId) => shards.get(shardId),
    write: (shardId, sequenceNumber) => shards.set(shardId, sequenceNumber),
  };
};

const map = (
  { streams }: Clients,
  streamArn: string,
  run: Parameters<TableUnderTest["map"]>[0],
): (() => Promise<void>) => {
  const pool = poolOf<{ Records: Record_[] }>(({ Records }) =>
    run(
      Records.map((record) => ({
        id: record.dynamodb?.SequenceNumber ?? "",
        change: changeOf(record),
      })),
    ),
  );
  const loop = streamPollLoop({
    ...{ streams, streamArn, batchSize: 100, bisects: false, reportsItemFailures: true },
    ...{ checkpoint: memoryCheckpoint(), pool, meter: silentMeter, onProblem: () => {} },
  });
  const about = { id: streamArn, functionName: "contract", enabled: true };
  return createEventSourceMapping({ ...about, loops: [loop] }).pause;
};

export const awsTables = (clients: Clients, time: Time) => {
  const { dynamodb } = clients;
  const endings: (() => Promise<unknown>)[] = [];
  const createTable = async (): Promise<TableUnderTest> => {
    const TableName = `contract-${randomUUID()}`;
    const { TableDescription } = await dynamodb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
      }),
    );
    endings.push(() => dynamodb.send(new DeleteTableCommand({ TableName })));
    await waitUntilTableExists({ client: dynamodb, maxWaitTime: 20, minDelay: 1 }, { TableName });
    const streamArn = TableDescription?.LatestStreamArn ?? "";
    return {
      put: async (item, value) => {
        const Item = { id: { S: item }, value: { N: String(value) } };
        await dynamodb.send(new PutItemCommand({ TableName, Item }));
      },
      changes: (enough) => readStream(clients, streamArn, { time, enough }),
      map: async (run) => map(clients, streamArn, run),
    };
  };
  const tables: TablesUnderTest = { createTable };
  return {
    tables,
    destroy: async () => {
      await Promise.allSettled(endings.map((end) => end()));
    },
  };
};
