/**
 * What only CloudWatch knows of the consumers: how old their oldest message is, and how long an
 * event took from its step to its effect.
 */
import {
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from "@aws-sdk/client-cloudwatch";
import type { Stage } from "../stage-clients.ts";
import type { ConsumerOutput } from "../stage-outputs.ts";

export type ConsumerMetrics = {
  /** Of the oldest message in its queue. */
  readonly oldestAgeSeconds?: number;
  /** From the step in the shop to its effect, over the last five minutes in which there were any. */
  readonly latencyMs?: { readonly p50: number; readonly p99: number };
};

/** The stack's namespace, and its functions' dimension `service`. */
const NAMESPACE = "OrderEventBus";
const PERIOD_MS = 300_000;
/** A figure that is older says nothing of now. A period is known by the time at which it begins. */
const RECENT_MS = { age: 300_000, p50: 900_000 + PERIOD_MS, p99: 900_000 + PERIOD_MS };

const FIGURES = ["age", "p50", "p99"] as const;
type Figure = (typeof FIGURES)[number];

const nameOfQueue = (url: string): string => new URL(url).pathname.split("/").at(-1) ?? "";

const statOf = (stackName: string, { name, queueUrl }: ConsumerOutput, figure: Figure) => {
  if (figure === "age") {
    const Dimensions = [{ Name: "QueueName", Value: nameOfQueue(queueUrl) }];
    const MetricName = "ApproximateAgeOfOldestMessage";
    const Metric = { Namespace: "AWS/SQS", MetricName, Dimensions };
    return { Period: 60, Stat: "Maximum", Metric };
  }
  const Dimensions = [
    { Name: "service", Value: `${stackName}-${name.replace("@", "-")}` },
    { Name: "consumer", Value: name.split("@")[0] },
  ];
  const Metric = { Namespace: NAMESPACE, MetricName: "LatencyMs", Dimensions };
  return { Period: PERIOD_MS / 1_000, Stat: figure, Metric };
};

/** The newest figure, unless it is older than so many milliseconds. */
const newest = (
  { Timestamps = [], Values = [] }: MetricDataResult,
  sinceMs: number,
): number | undefined => {
  let found: { readonly atMs: number; readonly value: number } | undefined;
  for (const [index, time] of Timestamps.entries()) {
    const value = Values[index];
    const atMs = time.getTime();
    if (value === undefined || atMs < sinceMs || atMs < (found?.atMs ?? 0)) continue;
    found = { atMs, value };
  }
  return found?.value;
};

const collect = async (
  { cloudwatch }: Pick<Stage, "cloudwatch">,
  queries: readonly MetricDataQuery[],
  { nowMs, signal }: ReadMetricsOptions,
): Promise<ReadonlyMap<string, MetricDataResult>> => {
  const results = new Map<string, MetricDataResult>();
  let NextToken: string | undefined;
  do {
    const command = new GetMetricDataCommand({
      MetricDataQueries: [...queries],
      StartTime: new Date(nowMs - RECENT_MS.p99),
      EndTime: new Date(nowMs),
      ScanBy: "TimestampDescending",
      ...(NextToken === undefined ? {} : { NextToken }),
    });
    const answer = await cloudwatch.send(
      command,
      signal === undefined ? {} : { abortSignal: signal },
    );
    for (const result of answer.MetricDataResults ?? []) {
      const { Timestamps = [], Values = [] } = results.get(result.Id ?? "") ?? {};
      results.set(result.Id ?? "", {
        Timestamps: [...Timestamps, ...(result.Timestamps ?? [])],
        Values: [...Values, ...(result.Values ?? [])],
      });
    }
    NextToken = answer.NextToken;
  } while (NextToken !== undefined);
  return results;
};

export type ReadMetricsOptions = { readonly nowMs: number; readonly signal?: AbortSignal };

/**
 * By consumer. A figure that CloudWatch does not have is left out. Rejects where CloudWatch does
 * not answer.
 */
export const readConsumerMetrics = async (
  stage: Pick<Stage, "cloudwatch" | "outputs">,
  options: ReadMetricsOptions,
): Promise<ReadonlyMap<string, ConsumerMetrics>> => {
  const { Consumers, stackName } = stage.outputs;
  const queries = Consumers.flatMap((consumer, index) =>
    FIGURES.map((figure) => ({
      Id: `${figure}_${index}`,
      MetricStat: statOf(stackName, consumer, figure),
    })),
  );
  const results = await collect(stage, queries, options);
  return new Map(
    Consumers.map(({ name }, index) => {
      const read = (figure: Figure) =>
        newest(results.get(`${figure}_${index}`) ?? {}, options.nowMs - RECENT_MS[figure]);
      const [age, p50, p99] = FIGURES.map(read);
      const metrics: ConsumerMetrics = {
        ...(age === undefined ? {} : { oldestAgeSeconds: age }),
        ...(p50 === undefined || p99 === undefined ? {} : { latencyMs: { p50, p99 } }),
      };
      return [name, metrics] as const;
    }),
  );
};
