/** The last minutes of each consumer, as CloudWatch has them: also from before anybody looked. */
import type { MetricDataResult } from "@aws-sdk/client-cloudwatch";
import type { Stage } from "../stage-clients.ts";
import { functionMetric } from "../status/function-metric.ts";
import { readMetricData } from "../status/read-metric-data.ts";
import type { MinutesView } from "./console-views.ts";
import { appliedPerSecond } from "./rate-of-minutes.ts";

export const SHOWN_MINUTES = 15;
const MINUTE_MS = 60_000;
/** So late may CloudWatch be: before that, no value is not yet nothing done. An emulator never is. */
const LATE_MINUTES = 3;

const FIGURES = [
  { name: "Applied", stat: "Sum" },
  { name: "LatencyMs", stat: "p50" },
] as const;

export type ReadMinutesOptions = { readonly nowMs: number; readonly signal?: AbortSignal };

const ask = (
  stage: Pick<Stage, "cloudwatch" | "outputs">,
  { nowMs, signal }: ReadMinutesOptions,
): Promise<ReadonlyMap<string, MetricDataResult>> => {
  const { outputs } = stage;
  const queries = outputs.Consumers.flatMap((consumer, index) =>
    FIGURES.map(({ name, stat }) => ({
      Id: `${name.toLowerCase()}_${index}`,
      MetricStat: {
        Metric: functionMetric(outputs.stackName, consumer, name),
        Period: MINUTE_MS / 1_000,
        Stat: stat,
      },
    })),
  );
  const fromMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS - SHOWN_MINUTES * MINUTE_MS;
  return readMetricData(stage, queries, { fromMs, toMs: nowMs, signal });
};

const byMinute = ({ Timestamps = [], Values = [] }: MetricDataResult = {}) =>
  new Map(Timestamps.map((time, index) => [time.getTime(), Values[index] ?? 0]));

/** Rejects where CloudWatch does not answer. */
export const readMinutes = async (
  stage: Pick<Stage, "cloudwatch" | "outputs">,
  options: ReadMinutesOptions,
): Promise<MinutesView> => {
  const results = await ask(stage, options);
  const thisMinuteMs = Math.floor(options.nowMs / MINUTE_MS) * MINUTE_MS;
  const starts = Array.from(
    { length: SHOWN_MINUTES },
    (_, index) => thisMinuteMs - (SHOWN_MINUTES - index) * MINUTE_MS,
  );
  const lateMinutes = stage.outputs.endpoints === undefined ? LATE_MINUTES : 0;
  const isLate = (startMs: number) => startMs >= thisMinuteMs - lateMinutes * MINUTE_MS;
  const consumers = stage.outputs.Consumers.map(({ name }, index) => {
    const applied = byMinute(results.get(`applied_${index}`));
    const latency = byMinute(results.get(`latencyms_${index}`));
    const perSecond = appliedPerSecond(applied, options.nowMs);
    return {
      ...{ name, appliedPerSecond: perSecond },
      applied: [...starts.map((at) => applied.get(at) ?? (isLate(at) ? null : 0)), perSecond * 60],
      latencyMs: [...starts, thisMinuteMs].map((at) => latency.get(at) ?? null),
    };
  });
  return { endsMs: [...starts.map((at) => at + MINUTE_MS), options.nowMs], consumers };
};
