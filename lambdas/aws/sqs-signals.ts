/** The gauges of the critical consumers, read from their queues and dead-letter budgets. */
import { type DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { Gauges } from "../core/admission.ts";
import type { ReadSignals } from "../core/ports.ts";
import { BUDGET_KEY, itemToBudget } from "./ledger-item.ts";
import { readQueueCounts } from "./queue-counts.ts";

export type WatchedQueues = {
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** Of what SNS could not deliver: those orders are stuck as well. */
  readonly subscriptionDeadLetterQueueUrl: string;
};

export type SignalSources = {
  readonly sqs: Pick<SQSClient, "send">;
  readonly dynamo: Pick<DynamoDBClient, "send">;
  readonly dedupTable: string;
};

/**
 * Whether the last decision took the last token and none was earned since. What the hours have
 * granted is left out: in an outage it is gone again with the next decision.
 */
const hasNoToken = async (
  { dynamo, dedupTable }: SignalSources,
  consumer: string,
): Promise<boolean> => {
  const Key = { orderId: { S: BUDGET_KEY }, consumer: { S: consumer } };
  const command = new GetItemCommand({ TableName: dedupTable, Key, ConsistentRead: true });
  const { rev, tokens } = itemToBudget((await dynamo.send(command)).Item);
  return rev > 0 && tokens < 1;
};

const readGauges = async (
  sources: SignalSources,
  consumer: string,
  queues: WatchedQueues,
): Promise<Gauges> => {
  const [queue, dead, undelivered, noToken] = await Promise.all([
    readQueueCounts(sources.sqs, queues.queueUrl),
    readQueueCounts(sources.sqs, queues.deadLetterQueueUrl),
    readQueueCounts(sources.sqs, queues.subscriptionDeadLetterQueueUrl),
    hasNoToken(sources, consumer),
  ]);
  return {
    depth: queue.all,
    deadLetters: dead.all + undelivered.all,
    retrying: noToken ? queue.hidden : 0,
  };
};

/** By the consumers' keys in the dedup table. */
export const sqsSignals =
  (sources: SignalSources, critical: Readonly<Record<string, WatchedQueues>>): ReadSignals =>
  async () => {
    const gauges = Object.entries(critical).map(async ([consumer, queues]) => {
      return [consumer, await readGauges(sources, consumer, queues)] as const;
    });
    return Object.fromEntries(await Promise.all(gauges));
  };
