/**
 * What only CloudWatch knows of a stage: how old the oldest message of each consumer is, how long an
 * event took from its step to its effect, and how far the relay is behind the orders table's stream.
 */
import type { Stage } from "../stage-clients.ts";
import type { ConsumerOutput } from "../stage-outputs.ts";
import { functionMetric } from "./function-metric.ts";
import { type ReadNewestOptions, readNewest, type Wanted } from "./read-newest.ts";

export type ConsumerMetrics = {
  /** Of the oldest message in its queue. */
  readonly oldestAgeSeconds?: number;
  /** From the step in the shop to its effect, over the last five minutes in which there were any. */
  readonly latencyMs?: { readonly p50: number; readonly p99: number };
};

export type StageMetrics = {
  /** By the consumer's name. A figure that CloudWatch does not have is left out. */
  readonly consumers: ReadonlyMap<string, ConsumerMetrics>;
  readonly relayBehindMs?: number;
};

const MINUTE_MS = 60_000;
const LATENCY_PERIOD_MS = 5 * MINUTE_MS;

const nameOfQueue = (url: string): string => new URL(url).pathname.split("/").at(-1) ?? "";

const wantedOf = (stackName: string, consumer: ConsumerOutput, index: number): Wanted[] => {
  const age = {
    Namespace: "AWS/SQS",
    MetricName: "ApproximateAgeOfOldestMessage",
    Dimensions: [{ Name: "QueueName", Value: nameOfQueue(consumer.queueUrl) }],
  };
  const latency = functionMetric(stackName, consumer, "LatencyMs");
  const latencies = ["p50", "p99"].map((Stat) => ({
    id: `${Stat}_${index}`,
    stat: { Metric: latency, Stat, Period: LATENCY_PERIOD_MS / 1_000 },
    recentMs: 15 * MINUTE_MS + LATENCY_PERIOD_MS,
  }));
  return [
    {
      id: `age_${index}`,
      stat: { Metric: age, Stat: "Maximum", Period: 60 },
      recentMs: 5 * MINUTE_MS,
    },
    ...latencies,
  ];
};

const RELAY = "relay";
const wantedOfRelay = (functionName: string): Wanted => ({
  id: RELAY,
  stat: {
    Metric: {
      Namespace: "AWS/Lambda",
      MetricName: "IteratorAge",
      Dimensions: [{ Name: "FunctionName", Value: functionName }],
    },
    Stat: "Maximum",
    Period: 60,
  },
  recentMs: 5 * MINUTE_MS,
});

const metricsOf = (found: ReadonlyMap<string, number>, index: number): ConsumerMetrics => {
  const [age, p50, p99] = ["age", "p50", "p99"].map((figure) => found.get(`${figure}_${index}`));
  return {
    ...(age === undefined ? {} : { oldestAgeSeconds: age }),
    ...(p50 === undefined || p99 === undefined ? {} : { latencyMs: { p50, p99 } }),
  };
};

/** Rejects where CloudWatch does not answer. */
export const readStageMetrics = async (
  stage: Pick<Stage, "cloudwatch" | "outputs">,
  options: ReadNewestOptions,
): Promise<StageMetrics> => {
  const { Consumers, RelayFunction, stackName } = stage.outputs;
  const wanted = [
    ...Consumers.flatMap((consumer, index) => wantedOf(stackName, consumer, index)),
    ...(RelayFunction === undefined ? [] : [wantedOfRelay(RelayFunction)]),
  ];
  const found = await readNewest(stage, wanted, options);
  const relayBehindMs = found.get(RELAY);
  return {
    consumers: new Map(Consumers.map(({ name }, index) => [name, metricsOf(found, index)])),
    ...(relayBehindMs === undefined ? {} : { relayBehindMs }),
  };
};
