/**
 * Reads a table's stream for a function as Lambda does (4.11): records of a shard in order; the
 * lowest reported sequence number, or the whole batch when the function failed, is tried again
 * until it succeeds, without limit. With bisect on, a failed batch is halved first.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard,
  type _Record as StreamRecord,
} from "@aws-sdk/client-dynamodb-streams";
import type { RuntimeMeter } from "./alarms/runtime-meter.ts";
import { backoffMs } from "./backoff.ts";
import { readBatchResponse } from "./batch-response.ts";
import type { PollLoop } from "./event-source-mapping.ts";
import type { FunctionPool } from "./function-pool.ts";
import { paceMs } from "./pace.ts";
import type { StreamCheckpoint } from "./stream-checkpoint.ts";
import { lambdaStreamRecord, sequenceNumberOf } from "./stream-record.ts";

export type StreamEventSource = {
  readonly streams: DynamoDBStreamsClient;
  readonly streamArn: string;
  readonly batchSize: number;
  readonly bisects: boolean;
  readonly reportsItemFailures: boolean;
  readonly checkpoint: StreamCheckpoint;
  readonly pool: FunctionPool;
  readonly meter: Pick<RuntimeMeter, "readStream">;
  readonly onProblem: (text: string) => void;
};

const LIST_SHARDS_MS = 5_000;
const RETRY = { baseMs: 100, capMs: 5_000 };
const MAX_RECORDS = 1_000;

/** How many records from the front of the batch are done. */
const invoke = async (source: StreamEventSource, batch: readonly StreamRecord[]) => {
  const { streamArn, pool, meter } = source;
  const writtenAt = batch.at(-1)?.dynamodb?.ApproximateCreationDateTime;
  if (writtenAt) meter.readStream(pool.name, Date.now() - writtenAt.getTime());
  const event = { Records: batch.map((record) => lambdaStreamRecord(record, streamArn)) };
  const result = await pool.invoke(event);
  if (result.kind !== "returned") {
    const why = result.kind === "throttled" ? "throttled" : result.error.errorMessage;
    source.onProblem(`batch of ${batch.length} failed: ${why}`);
    return 0;
  }
  if (!source.reportsItemFailures) return batch.length;
  const numbers = batch.map(sequenceNumberOf);
  const outcome = readBatchResponse(result.payload, numbers);
  if (outcome.kind === "succeeded") return batch.length;
  if (outcome.kind === "failed") return 0;
  return numbers.findIndex((number) => outcome.failedIds.has(number));
};

/** Handles the records in order, and returns early only when the mapping is switched off. */
const deliver = async (
  source: StreamEventSource,
  shardId: string,
  records: readonly StreamRecord[],
  isOn: () => boolean,
) => {
  let rest = records;
  let size = rest.length;
  let failures = 0;
  while (rest.length > 0 && isOn()) {
    const batch = rest.slice(0, size);
    const done = await invoke(source, batch);
    const last = batch[done - 1];
    if (last) source.checkpoint.write(shardId, sequenceNumberOf(last));
    rest = rest.slice(done);
    if (done === batch.length) {
      failures = 0;
      size = rest.length;
      continue;
    }
    failures = done > 0 ? 1 : failures + 1;
    if (source.bisects && done === 0) size = Math.max(1, Math.ceil(batch.length / 2));
    await sleep(backoffMs(failures, RETRY));
  }
};

const iteratorOf = async (
  { streams, streamArn, checkpoint }: StreamEventSource,
  shardId: string,
) => {
  const last = checkpoint.read(shardId);
  const position = last
    ? ({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: last } as const)
    : ({ ShardIteratorType: "TRIM_HORIZON" } as const);
  const command = new GetShardIteratorCommand({
    StreamArn: streamArn,
    ShardId: shardId,
    ...position,
  });
  return (await streams.send(command)).ShardIterator;
};

/** Until the shard ends or the mapping is off. */
const readShard = async (source: StreamEventSource, shardId: string, isOn: () => boolean) => {
  const Limit = Math.min(source.batchSize, MAX_RECORDS);
  let iterator = await iteratorOf(source, shardId);
  while (iterator && isOn()) {
    const answer = await source.streams.send(
      new GetRecordsCommand({ ShardIterator: iterator, Limit }),
    );
    const records = answer.Records ?? [];
    const startedAt = Date.now();
    await deliver(source, shardId, records, isOn);
    iterator = answer.NextShardIterator;
    // Lambda polls four times a second (4.6); here a shorter wait costs nothing.
    const tookMs = Date.now() - startedAt;
    await sleep(paceMs({ size: records.length, limit: Limit, tookMs }));
  }
};

const listShards = async ({ streams, streamArn }: StreamEventSource): Promise<readonly Shard[]> => {
  const shards: Shard[] = [];
  let start: string | undefined;
  do {
    const { StreamDescription } = await streams.send(
      new DescribeStreamCommand({
        StreamArn: streamArn,
        ...(start ? { ExclusiveStartShardId: start } : {}),
      }),
    );
    shards.push(...(StreamDescription?.Shards ?? []));
    start = StreamDescription?.LastEvaluatedShardId;
  } while (start);
  return shards;
};

/** A reader a shard; a child waits until its parent has been read to its end. */
export const streamPollLoop =
  (source: StreamEventSource): PollLoop =>
  async (isOn) => {
    const readers = new Map<string, Promise<void>>();
    const ended = new Set<string>();
    const read = async (shardId: string) => {
      let failures = 0;
      while (isOn()) {
        try {
          await readShard(source, shardId, isOn);
          if (isOn()) ended.add(shardId);
          return;
        } catch (error) {
          failures += 1;
          source.onProblem(`shard ${shardId}: ${error}`);
          await sleep(backoffMs(failures, { ...RETRY, capMs: 1_000 }));
        }
      }
    };
    while (isOn()) {
      const shards = await listShards(source).catch((error) => {
        source.onProblem(`shards cannot be listed: ${error}`);
        return [];
      });
      const ids = new Set(shards.map(({ ShardId }) => ShardId));
      for (const { ShardId = "", ParentShardId = "" } of shards)
        if (!readers.has(ShardId) && (!ids.has(ParentShardId) || ended.has(ParentShardId)))
          readers.set(ShardId, read(ShardId));
      const pause = shards.length === 0 ? RETRY.baseMs : LIST_SHARDS_MS;
      await whileOn(pause, isOn);
    }
    await Promise.all(readers.values());
  };

/** Sleeps, but notices within a moment that the mapping was switched off. */
const whileOn = async (ms: number, isOn: () => boolean) => {
  const until = Date.now() + ms;
  while (isOn() && Date.now() < until) await sleep(Math.min(100, ms));
};
