/**
 * A consumer's queue and Lambda's mapping of it, one batch at a time: the queue is the model that
 * the simulation uses, which hands out runs of one group and locks a group behind what is in flight
 * (2.6, 2.7). What is not reported as failed is deleted (3.7).
 */
import type { Context, SQSBatchResponse, SQSRecord } from "aws-lambda";
import { type FifoQueue, fifoQueue, type QueueMessage } from "../../test/sim/fifo-queue.ts";
import type { ShopEvent } from "./shop-events.ts";
import { BATCH_SIZE, type ConsumerName, TIMEOUT_SECONDS, VISIBILITY_SECONDS } from "./sides.ts";

/**
 * `live`: batches of ten in the order of publication, as a consumer sees them that keeps up.
 * `backlog`: everything waits, and a receive takes as many of one order as it can.
 */
export const MODES = ["live", "backlog"] as const;
export type Mode = (typeof MODES)[number];

/** In each part what is sent before the next receive. */
export const arrivalsOf = (
  events: readonly ShopEvent[],
  mode: Mode,
): readonly (readonly ShopEvent[])[] => {
  if (mode === "backlog") return [events];
  return Array.from({ length: Math.ceil(events.length / BATCH_SIZE) }, (_, index) =>
    events.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
  );
};

export const benchQueue = (name: string): FifoQueue => {
  let ids = 0;
  const settings = { name, visibilityMs: VISIBILITY_SECONDS * 1_000, dedupScope: "group" } as const;
  return fifoQueue(settings, () => `00000000-0000-4000-8000-${String(++ids).padStart(12, "0")}`);
};

const recordOf = (message: QueueMessage, consumer: ConsumerName): SQSRecord => ({
  messageId: message.messageId,
  receiptHandle: message.receipt,
  body: message.body,
  attributes: {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAtMs),
    SenderId: "sns",
    ApproximateFirstReceiveTimestamp: String(message.sentAtMs),
    MessageGroupId: message.groupId,
    MessageDeduplicationId: message.dedupId,
  },
  messageAttributes: {},
  md5OfBody: "",
  eventSource: "aws:sqs",
  eventSourceARN: `arn:aws:sqs:us-east-1:000000000000:${consumer}.fifo`,
  awsRegion: "us-east-1",
});

export const lambdaContext = (functionName: string): Context => {
  const endsAtMs = Date.now() + TIMEOUT_SECONDS * 1_000;
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName,
    functionVersion: "1",
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:${functionName}`,
    memoryLimitInMB: "512",
    awsRequestId: "00000000-0000-4000-8000-000000000000",
    logGroupName: "",
    logStreamName: "",
    getRemainingTimeInMillis: () => endsAtMs - Date.now(),
    ...{ done: () => {}, fail: () => {}, succeed: () => {} },
  };
};

/** What the function answered; "died": it was killed, or it threw, and nothing is deleted. */
export type Invoke = (records: readonly SQSRecord[]) => Promise<SQSBatchResponse | "died">;

export type Mapping = {
  readonly queue: FifoQueue;
  readonly consumer: ConsumerName;
  readonly invoke: Invoke;
  readonly nowMs: () => number;
  /** Called when nothing is visible before then. */
  readonly waitUntil: (ms: number) => void;
  /** A message received more often than this has got stuck. */
  readonly maxReceives: number;
};

export type Drained = {
  readonly batches: number;
  /** Requests to SQS: receives, and deletes by the batch. */
  readonly receives: number;
  readonly deletes: number;
  readonly stuck: boolean;
};

const drain = async (mapping: Mapping): Promise<Drained> => {
  const { queue, consumer, invoke, nowMs } = mapping;
  const count = { batches: 0, receives: 0, deletes: 0 };
  while (queue.size() > 0) {
    const visibleMs = queue.nextVisibleMs(nowMs()) ?? nowMs();
    if (visibleMs > nowMs()) mapping.waitUntil(visibleMs);
    const messages = queue.receive(BATCH_SIZE, nowMs(), () => 0);
    count.receives++;
    if (messages.some(({ receiveCount }) => receiveCount > mapping.maxReceives)) {
      return { ...count, stuck: true };
    }
    const answer = await invoke(messages.map((message) => recordOf(message, consumer)));
    count.batches++;
    if (answer === "died") continue;
    const failed = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    const done = messages.filter(({ messageId }) => !failed.has(messageId));
    for (const { receipt } of done) queue.remove(receipt, nowMs());
    if (done.length > 0) count.deletes++;
  }
  return { ...count, stuck: false };
};

/** Sends each part and works until the queue is empty, or a message is stuck. */
export const workThrough = async (
  mapping: Mapping,
  arrivals: readonly (readonly ShopEvent[])[],
): Promise<Drained> => {
  let sum: Drained = { batches: 0, receives: 0, deletes: 0, stuck: false };
  for (const part of arrivals) {
    for (const { orderId, eventId, body } of part) {
      mapping.queue.send({ groupId: orderId, dedupId: eventId, body }, mapping.nowMs());
    }
    const { batches, receives, deletes, stuck } = await drain(mapping);
    sum = {
      batches: sum.batches + batches,
      receives: sum.receives + receives,
      deletes: sum.deletes + deletes,
      stuck: sum.stuck || stuck,
    };
    if (stuck) break;
  }
  return sum;
};
