import { join } from "node:path";
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  GetShardIteratorCommand,
} from "@aws-sdk/client-dynamodb-streams";
import { expect, test } from "vitest";
import type { FunctionPool } from "../../local/function-pool.ts";
import { openStreamCheckpoint } from "../../local/stream-checkpoint.ts";
import { streamPollLoop } from "../../local/stream-event-source.ts";
import { silentMeter } from "./silent-meter.ts";
import { temporaryFolder } from "./small-stack.ts";

const ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/1";

/** One shard of `count` records, then nothing more. */
const streamOf = (count: number) => {
  const records = Array.from({ length: count }, (_, index) => ({
    dynamodb: { SequenceNumber: String(index + 1) },
  }));
  const send = async (command: { input: object }) => {
    const { ShardIterator = "0", SequenceNumber = "0" } = command.input as Record<string, string>;
    if (command instanceof DescribeStreamCommand)
      return { StreamDescription: { Shards: [{ ShardId: "one" }] } };
    if (command instanceof GetShardIteratorCommand) return { ShardIterator: SequenceNumber };
    return { Records: records.slice(Number(ShardIterator)), NextShardIterator: String(count) };
  };
  return { send } as unknown as DynamoDBStreamsClient;
};

type Answer = (sequences: readonly string[]) => unknown;

/** Runs the mapping until the last record is handled; returns the batches that were tried. */
const play = async (answer: Answer, options: { bisects?: boolean; file?: string } = {}) => {
  const batches: string[] = [];
  const checkpoint = openStreamCheckpoint(options.file ?? join(temporaryFolder(), "c"), ARN);
  const pool = {
    invoke: async (event: { Records: { dynamodb: { SequenceNumber: string } }[] }) => {
      const sequences = event.Records.map(({ dynamodb }) => dynamodb.SequenceNumber);
      batches.push(sequences.join(" "));
      const result = answer(sequences);
      return result instanceof Error
        ? { kind: "failed", error: { errorType: "Error", errorMessage: result.message } }
        : { kind: "returned", payload: JSON.stringify(result) };
    },
  } as unknown as FunctionPool;
  const loop = streamPollLoop({
    ...{ streams: streamOf(4), streamArn: ARN, batchSize: 100, checkpoint, pool },
    ...{ bisects: options.bisects ?? false, reportsItemFailures: true, meter: silentMeter },
    onProblem: () => {},
  });
  await loop(() => checkpoint.read("one") !== "4");
  return batches;
};

const failed = (...ids: string[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

/** Fails the first time it is asked, then succeeds. */
const once = (first: Answer): Answer => {
  let asked = false;
  return (sequences) => {
    if (asked) return null;
    asked = true;
    return first(sequences);
  };
};

test("from the lowest reported record on, all are tried again", async () => {
  expect(await play(once(() => failed("4", "2")))).toEqual(["1 2 3 4", "2 3 4"]);
});

test("an error tries the whole batch again", async () => {
  expect(await play(once(() => new Error("no")))).toEqual(["1 2 3 4", "1 2 3 4"]);
});

test("an unknown identifier tries the whole batch again", async () => {
  expect(await play(once(() => failed("9")))).toEqual(["1 2 3 4", "1 2 3 4"]);
});

test("with bisect an error halves the batch, and no record is skipped", async () => {
  const poisonTwice = (() => {
    let left = 2;
    return (sequences: readonly string[]) =>
      sequences.includes("3") && sequences.length > 1 && left-- > 0 ? new Error("no") : null;
  })();
  const batches = await play(poisonTwice, { bisects: true });
  expect(batches).toEqual(["1 2 3 4", "1 2", "3 4", "3", "4"]);
});

test("a new start goes on behind the checkpoint", async () => {
  const file = join(temporaryFolder(), "c");
  openStreamCheckpoint(file, ARN).write("one", "2");
  expect(await play(() => null, { file })).toEqual(["3 4"]);
});

test("the checkpoint of another stream does not count", async () => {
  const file = join(temporaryFolder(), "c");
  openStreamCheckpoint(file, `${ARN}-older`).write("one", "2");
  expect(await play(() => null, { file })).toEqual(["1 2 3 4"]);
});
