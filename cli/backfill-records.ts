/** An order's history as the messages that its queue would have brought, packed for one invocation. */
import type { SQSRecord } from "aws-lambda";
import { composePublication } from "../lambdas/core/compose-event.ts";
import { epochMs } from "../lambdas/core/iso-time.ts";
import type { OrderItem } from "../lambdas/core/order-item.ts";

/** What a consumer has not applied yet of an order: the sequences of its due events. */
export type Rest = { readonly item: OrderItem; readonly sequences: readonly number[] };

/** A batch takes a second or two of the function's time; a call takes 6 MB at most (3.19). */
const MAX_RECORDS = 50;
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * The message is older than the queue's own copy of the event, and so gives way to it; its id grows
 * with the time of the call, so that a later call starts a new life of what an earlier one failed.
 */
const recordOf = (item: OrderItem, sequence: number, call: string): SQSRecord => {
  const { orderId, eventId, body } = composePublication(item, sequence);
  const sentAtMs = String(epochMs(item.events[sequence - 1]?.time ?? ""));
  return {
    messageId: `backfill-${call}-${eventId}`,
    receiptHandle: "backfill",
    body,
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: sentAtMs,
      ApproximateFirstReceiveTimestamp: sentAtMs,
      SenderId: "backfill",
      MessageGroupId: orderId,
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "",
    awsRegion: "",
  };
};

/** Batches of records; an order's are in one batch, or begin there if there are too many. */
export const packRecords = (rests: readonly Rest[], call: string): SQSRecord[][] => {
  const batches: SQSRecord[][] = [];
  let batch: SQSRecord[] = [];
  let bytes = 0;
  for (const { item, sequences } of rests) {
    const records: SQSRecord[] = [];
    let added = 0;
    for (const next of sequences.slice(0, MAX_RECORDS)) {
      const record = recordOf(item, next, call);
      added += Buffer.byteLength(record.body);
      if (records.length > 0 && added > MAX_BYTES) break;
      records.push(record);
    }
    const fits = batch.length + records.length <= MAX_RECORDS && bytes + added <= MAX_BYTES;
    if (batch.length > 0 && !fits) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(...records);
    bytes += added;
  }
  return batch.length === 0 ? batches : [...batches, batch];
};
