/**
 * Polls a queue for a function as Lambda does (3.7): what the function did not report as failed is
 * deleted; what it did, and everything when it failed, comes back after its visibility timeout.
 * A poller receives only when an environment can take the batch at once.
 */
import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteMessageBatchCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { RuntimeMeter } from "./alarms/runtime-meter.ts";
import { REGION } from "./aws-clients.ts";
import { backoffMs } from "./backoff.ts";
import { type BatchOutcome, readBatchResponse } from "./batch-response.ts";
import type { PollLoop } from "./event-source-mapping.ts";
import type { FunctionPool } from "./function-pool.ts";
import { paceMs } from "./pace.ts";
import { redrivenMessage } from "./redriven-message.ts";

export type SqsEventSource = {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly batchSize: number;
  readonly reportsItemFailures: boolean;
  readonly pool: FunctionPool;
  readonly meter: Pick<RuntimeMeter, "received" | "deleted">;
  readonly onProblem: (text: string) => void;
};

/**
 * Short, because a poll is never cut off: the queue would hand its messages to nobody and hide them
 * for a visibility timeout. It bounds how long a pause takes.
 */
const POLL_SECONDS = 1;
const RETRY = { baseMs: 100, capMs: 5_000 };

const attributeOf = (value: MessageAttributeValue) => ({
  ...(value.StringValue === undefined ? {} : { stringValue: value.StringValue }),
  ...(value.BinaryValue === undefined
    ? {}
    : { binaryValue: Buffer.from(value.BinaryValue).toString("base64") }),
  stringListValues: [],
  binaryListValues: [],
  dataType: value.DataType,
});

const recordOf = (message: Message, queueArn: string) => ({
  messageId: message.MessageId,
  receiptHandle: message.ReceiptHandle,
  body: message.Body,
  attributes: message.Attributes ?? {},
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [
      name,
      attributeOf(value),
    ]),
  ),
  md5OfBody: message.MD5OfBody,
  eventSource: "aws:sqs",
  eventSourceARN: queueArn,
  awsRegion: REGION,
});

const measured = ({ MessageId = "", Attributes = {} }: Message) => ({
  messageId: MessageId,
  sentAtMs: Number(Attributes.SentTimestamp),
  receiveCount: Number(Attributes.ApproximateReceiveCount),
});

const receive = async ({ sqs, queueUrl, queueArn, batchSize, meter }: SqsEventSource) => {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: batchSize,
      WaitTimeSeconds: POLL_SECONDS,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    }),
  );
  meter.received(queueArn, Messages.map(measured));
  return Messages.map(redrivenMessage);
};

const done = (messages: readonly Message[], outcome: BatchOutcome): readonly Message[] => {
  if (outcome.kind === "failed") return [];
  if (outcome.kind === "succeeded") return messages;
  return messages.filter(({ MessageId = "" }) => !outcome.failedIds.has(MessageId));
};

/** What cannot be deleted is delivered again: at least once (3.11). */
const remove = async (source: SqsEventSource, messages: readonly Message[]) => {
  if (messages.length === 0) return;
  const entries = messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
  try {
    const command = new DeleteMessageBatchCommand({ QueueUrl: source.queueUrl, Entries: entries });
    const { Failed = [] } = await source.sqs.send(command);
    for (const { Code, Message } of Failed) source.onProblem(`delete failed: ${Code} ${Message}`);
    const failed = new Set(Failed.map(({ Id }) => Id));
    const gone = messages.filter((_, index) => !failed.has(`${index}`));
    source.meter.deleted(
      source.queueArn,
      gone.map(({ MessageId = "" }) => MessageId),
    );
  } catch (error) {
    source.onProblem(`delete failed: ${error}`);
  }
};

/** False if the function could not run at all. */
const handle = async (source: SqsEventSource, messages: readonly Message[]): Promise<boolean> => {
  const event = { Records: messages.map((message) => recordOf(message, source.queueArn)) };
  const result = await source.pool.invoke(event);
  if (result.kind !== "returned") {
    const error = result.kind === "throttled" ? "throttled" : result.error.errorMessage;
    source.onProblem(`batch of ${messages.length} failed: ${error}`);
    return result.kind === "failed";
  }
  const ids = messages.map(({ MessageId = "" }) => MessageId);
  const outcome: BatchOutcome = source.reportsItemFailures
    ? readBatchResponse(result.payload, ids)
    : { kind: "succeeded" };
  await remove(source, done(messages, outcome));
  return true;
};

export const sqsPollLoop =
  (source: SqsEventSource): PollLoop =>
  async (isOn) => {
    let failures = 0;
    while (isOn()) {
      try {
        const messages = await receive(source);
        const startedAt = Date.now();
        const ran = messages.length === 0 || (await handle(source, messages));
        failures = ran ? 0 : failures + 1;
        const tookMs = Date.now() - startedAt;
        await sleep(paceMs({ size: messages.length, limit: source.batchSize, tookMs }));
      } catch (error) {
        failures += 1;
        source.onProblem(`receive failed: ${error}`);
      }
      if (failures > 0) await sleep(backoffMs(failures, RETRY));
    }
  };
