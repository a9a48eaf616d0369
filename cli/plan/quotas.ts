/** What AWS documents, by default and before anybody has asked for more: `docs/aws-facts.md`. */

/** Messages of a FIFO queue that one invocation is given at most (3.1). */
export const BATCH_EVENTS = 10;
/** What a mapping may be set to (3.18). */
export const MAPPING_CONCURRENCY = { least: 2, most: 1_000 } as const;
/** A mapping starts with so many batches at a time and adds so many a minute (3.4). */
export const SCALING = { start: 5, addedPerMinute: 300 } as const;
/** Of an account in a Region; some of it no function may reserve (7.7). */
export const ACCOUNT_CONCURRENCY = 1_000;
export const UNRESERVED_AT_LEAST = 100;
/** Messages in flight of a FIFO queue (2.4), and as many it looks through for free groups (2.27). */
export const FIFO_WINDOW = 120_000;
/** A queue keeps its messages so long at most (2.5); the constructs set it. */
export const RETENTION_SECONDS = 14 * 86_400;
/** Calls a second of one action of a high-throughput FIFO queue, by Region (2.2). */
const QUEUE_CALLS: Readonly<Record<string, number>> = {
  "us-east-1": 70_000,
  "us-west-2": 70_000,
  "eu-west-1": 70_000,
  "us-east-2": 19_000,
  "eu-central-1": 19_000,
};
const QUEUE_CALLS_ELSEWHERE = 2_400;
export const queueCalls = (region: string): number => QUEUE_CALLS[region] ?? QUEUE_CALLS_ELSEWHERE;
/** What SQS bills as one request. */
export const REQUEST_BYTES = 64 * 1_024;
/** Write units a second: of a new table on demand at once, and of any table by default (5.8). */
export const TABLE_WRITES = { atOnce: 4_000, quota: 40_000 } as const;
/** Write units a second of one partition, and so of one partition key at first (5.7). */
export const PARTITION_WRITES = 1_000;
/** Looks at a shard of a stream a second (4.6). */
export const STREAM_POLLS = 4;
/** Records of one relay batch, as its mapping is set. */
export const RELAY_BATCH = 100;
/** Messages that an account publishes a second in us-east-1 (1.1). */
export const PUBLISHES = 30_000;
/** A mapping polls an empty queue so often in a minute, with each of its first pollers: 20 s each. */
export const IDLE_POLLS_A_MINUTE = 3;
/** Entries of one PublishBatch (1.6). */
export const PUBLISH_ENTRIES = 10;
