import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { snsClient, sqsClient } from "../aws/aws-clients.ts";
import { required } from "../aws/environment.ts";
import { relayTelemetry } from "../aws/relay-telemetry.ts";
import { snsOrderTopic } from "../aws/sns-order-topic.ts";
import { sqsParkingQueue } from "../aws/sqs-parking-queue.ts";
import { toRelayRecord } from "../aws/stream-records.ts";
import { relayBatch } from "../core/relay-batch.ts";

// Made at start: what waits for the first event would make that one slow.
const sns = snsClient();
const sqs = sqsClient();
const report = relayTelemetry();

const compose = (env: NodeJS.ProcessEnv) => ({
  topic: snsOrderTopic(sns, required(env, "TOPIC_ARN")),
  parking: sqsParkingQueue(sqs, required(env, "PARKING_QUEUE_URL")),
  // Of a table of the user's own; without it the bus's own table.
  outbox: env.OUTBOX_ATTRIBUTE,
});

let relay: ReturnType<typeof compose> | undefined;

/**
 * Published → the stream moves on. Failed or no time left → from the lowest such record on it all
 * comes again, for as long as the stream keeps it (24 h): alarm on the iterator's age. Unsendable →
 * parked and counted (`Unsendable`), and the stream moves on: republish that order.
 */
export const handler = async (
  event: DynamoDBStreamEvent,
  context: Pick<Context, "getRemainingTimeInMillis">,
): Promise<DynamoDBBatchResponse> => {
  relay ??= compose(process.env);
  const remainingMs = () => context.getRemainingTimeInMillis();
  const { outbox, ...ports } = relay;
  const records = event.Records.map((record) => toRelayRecord(record, outbox));
  const relayed = await relayBatch({ ...ports, remainingMs }, records);
  report(relayed);
  return { batchItemFailures: [...relayed.batchItemFailures] };
};
