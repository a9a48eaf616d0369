import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { consumeBatch } from "../core/consume-batch.ts";
import type { Consumer } from "../core/consumer.ts";
import { reserveOf } from "../core/consumer-context.ts";
import type { Message, SideEffect } from "../core/ports.ts";
import { dynamoClient, sqsClient } from "./aws-clients.ts";
import { consumerKey, readEnvironment } from "./consumer-environment.ts";
import { consumerTelemetry } from "./consumer-telemetry.ts";
import { dynamoFactStore } from "./dynamo-fact-store.ts";
import { dynamoLedger } from "./dynamo-ledger.ts";
import { expectHandles } from "./expect-handles.ts";
import { sqsSourceQueue } from "./sqs-source-queue.ts";

const toMessage = (record: SQSRecord): Message => ({
  messageId: record.messageId,
  receiptHandle: record.receiptHandle,
  receiveCount: Number(record.attributes.ApproximateReceiveCount),
  sentAtMs: Number(record.attributes.SentTimestamp),
  body: record.body,
});

/** Made once, with its first use: most environments see no failure, and never need it. */
const onDemand = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

export type ConsumerHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/**
 * A consumer as a Lambda function on its queue. What can be shared between invocations is made
 * here, once; what belongs to one batch is made in the handler.
 */
export const consumerFunction = (consumer: Consumer, sideEffect?: SideEffect): ConsumerHandler => {
  expectHandles(consumer, process.env);
  const dynamo = dynamoClient();
  const sqs = onDemand(sqsClient);
  const telemetry = consumerTelemetry(consumer.name);
  return async (event, context) => {
    const env = readEnvironment(process.env);
    const place = {
      dedupTable: env.DEDUP_TABLE,
      consumer: consumerKey(env.CONSUMER, env.GENERATION),
      dataTables: env.DATA_TABLES,
    };
    const { results, failedIds } = await consumeBatch(
      {
        consumer,
        settings: env.CONSUMER_SETTINGS,
        rules: env.FAILURE_RULES,
        ledger: dynamoLedger(dynamo, place),
        facts: dynamoFactStore(dynamo, env.DATA_TABLES),
        queue: sqsSourceQueue(sqs, env.QUEUE_URL, telemetry.logger),
        clock: { nowMs: Date.now, sleep: (ms) => sleep(ms) },
        nextTurn: () => nextTurn(),
        random: Math.random,
        remainingMs: () => context.getRemainingTimeInMillis(),
        reserveMs: reserveOf(context.getRemainingTimeInMillis()),
        ...(sideEffect === undefined ? {} : { sideEffect }),
      },
      event.Records.map(toMessage),
    );
    telemetry.record(results);
    return { batchItemFailures: failedIds.map((itemIdentifier) => ({ itemIdentifier })) };
  };
};
