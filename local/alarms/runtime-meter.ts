/** What Lambda and SQS would tell CloudWatch, measured where the runtime plays their part. */
import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { InvocationResult } from "../function-protocol.ts";
import type { JsonObject } from "../template.ts";
import { embeddedMetrics } from "./embedded-metrics.ts";
import type { Metric, MetricStore } from "./metric-store.ts";
import { type OldestMessage, type ReceivedMessage, trackOldestMessage } from "./oldest-message.ts";

/** What the runtime tells of itself as it happens. */
export type RuntimeMeter = {
  readonly invoked: (functionName: string, result: InvocationResult, tookMs: number) => void;
  /** A batch of a stream goes to the function, and its last record is so old. */
  readonly readStream: (functionName: string, ageMs: number) => void;
  readonly received: (queueArn: string, messages: readonly ReceivedMessage[]) => void;
  readonly deleted: (queueArn: string, messageIds: readonly string[]) => void;
  /** A line that a function printed in CloudWatch's embedded metric format. */
  readonly printed: (line: JsonObject) => void;
};

export type MeterOptions = {
  readonly store: MetricStore;
  readonly sqs: SQSClient;
  /** By ARN. */
  readonly queueUrls: ReadonlyMap<string, string>;
  readonly clock: () => number;
};

const GAUGES = {
  ApproximateNumberOfMessagesVisible: "ApproximateNumberOfMessages",
  ApproximateNumberOfMessagesNotVisible: "ApproximateNumberOfMessagesNotVisible",
  ApproximateNumberOfMessagesDelayed: "ApproximateNumberOfMessagesDelayed",
} as const;

const queueMetric = (queueArn: string, name: string): Metric => ({
  namespace: "AWS/SQS",
  name,
  dimensions: { QueueName: queueArn.split(":").at(-1) ?? "" },
});

const functionMetric = (FunctionName: string, name: string): Metric => ({
  namespace: "AWS/Lambda",
  name,
  dimensions: { FunctionName },
});

const FAILED: Readonly<Record<InvocationResult["kind"], number>> = {
  returned: 0,
  failed: 1,
  initFailed: 1,
  throttled: 0,
};

const maxReceiveCountOf = (policy: string | undefined): number =>
  policy ? Number(JSON.parse(policy).maxReceiveCount) : Number.POSITIVE_INFINITY;

export const createRuntimeMeter = ({ store, sqs, queueUrls, clock }: MeterOptions) => {
  const oldest = new Map<string, OldestMessage>();
  const oldestOf = (arn: string): OldestMessage => {
    const found = oldest.get(arn) ?? trackOldestMessage(clock());
    oldest.set(arn, found);
    return found;
  };
  const put = (metric: Metric, value: number) => store.put(metric, value, clock());

  const meter: RuntimeMeter = {
    invoked: (name, result, tookMs) => {
      const isThrottled = result.kind === "throttled";
      put(functionMetric(name, "Throttles"), Number(isThrottled));
      if (isThrottled) return;
      put(functionMetric(name, "Invocations"), 1);
      put(functionMetric(name, "Errors"), FAILED[result.kind]);
      put(functionMetric(name, "Duration"), tookMs);
    },
    readStream: (name, ageMs) => put(functionMetric(name, "IteratorAge"), Math.max(0, ageMs)),
    received: (arn, messages) => {
      put(queueMetric(arn, "NumberOfMessagesReceived"), messages.length);
      oldestOf(arn).received(messages, clock());
    },
    deleted: (arn, messageIds) => oldestOf(arn).deleted(messageIds),
    printed: (line) => {
      for (const { metric, values } of embeddedMetrics(line))
        for (const value of values) put(metric, value);
    },
  };

  const sampleQueue = async (arn: string, QueueUrl: string) => {
    const command = new GetQueueAttributesCommand({
      QueueUrl,
      AttributeNames: [...Object.values(GAUGES), "RedrivePolicy"],
    });
    const { Attributes = {} } = await sqs.send(command);
    let depth = 0;
    for (const [name, attribute] of Object.entries(GAUGES)) {
      const value = Number(Attributes[attribute] ?? 0);
      depth += value;
      put(queueMetric(arn, name), value);
    }
    const state = { depth, maxReceiveCount: maxReceiveCountOf(Attributes.RedrivePolicy) };
    const ageMs = oldestOf(arn).ageMs(state, clock());
    put(queueMetric(arn, "ApproximateAgeOfOldestMessage"), Math.floor(ageMs / 1_000));
    // A queue that is called tells that nothing was received, too.
    put(queueMetric(arn, "NumberOfMessagesReceived"), 0);
  };

  /** Once a minute, as SQS does. Rejects where a queue does not answer. */
  const sample = async (): Promise<void> => {
    await Promise.all([...queueUrls].map(([arn, url]) => sampleQueue(arn, url)));
  };

  return { ...meter, sample };
};
