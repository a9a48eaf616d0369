/**
 * What Lambda does with a shard of the stream: it spreads the records over as many lines of work as
 * the mapping's parallelization factor, an item always in the same one (4.3), and gives each line's
 * records to the relay a batch at a time. A batch of which a record is reported comes again from
 * that record on (4.11). That a batch might be halved is left out: so what a failing order costs
 * is rather too high.
 */
import type { DynamoDBRecord } from "aws-lambda";
import { snsOrderTopic } from "../../lambdas/aws/sns-order-topic.ts";
import { toRelayRecord } from "../../lambdas/aws/stream-records.ts";
import { relayBatch } from "../../lambdas/core/relay-batch.ts";
import type { CountingTopic } from "./counting-topic.ts";
import { OUTBOX } from "./make-backlog.ts";

export type Mapping = { readonly batchSize: number; readonly parallelism: number };

export type Driven = {
  readonly batches: number;
  /** Batches that came again, from a reported record on. */
  readonly retries: number;
  readonly parked: number;
  /** Records of the failing line that waited for its retries to end. */
  readonly waiting: number;
};

/** FNV-1a: any even spread does. */
const lineOf = (key: string, lines: number): number => {
  let hash = 2_166_136_261;
  for (const byte of Buffer.from(key)) hash = Math.imul(hash ^ byte, 16_777_619);
  return (hash >>> 0) % lines;
};

const spread = (
  records: readonly DynamoDBRecord[],
  lines: number,
): readonly (readonly DynamoDBRecord[])[] => {
  const byLine = Map.groupBy(records, ({ dynamodb }) => lineOf(dynamodb?.Keys?.pk?.S ?? "", lines));
  return [...byLine.values()];
};

export const driveRelay = async (
  backlog: readonly DynamoDBRecord[],
  { batchSize, parallelism }: Mapping,
  { send }: Pick<CountingTopic, "send">,
): Promise<Driven> => {
  const driven = { batches: 0, retries: 0, parked: 0, waiting: 0 };
  const ports = {
    topic: snsOrderTopic({ send } as Parameters<typeof snsOrderTopic>[0], "the topic"),
    parking: { park: async () => void driven.parked++ },
    remainingMs: () => Number.POSITIVE_INFINITY,
  };
  for (const line of spread(backlog, parallelism)) {
    for (let from = 0; from < line.length; from += batchSize) {
      let batch = line.slice(from, from + batchSize).map((record) => toRelayRecord(record, OUTBOX));
      driven.batches++;
      while (batch.length > 0) {
        const { batchItemFailures } = await relayBatch(ports, batch);
        const reported = batchItemFailures[0]?.itemIdentifier;
        if (reported === undefined) break;
        driven.retries++;
        driven.waiting = Math.max(driven.waiting, line.length - from - batchSize);
        batch = batch.slice(batch.findIndex(({ recordId }) => recordId === reported));
      }
    }
  }
  return driven;
};
