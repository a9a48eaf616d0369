/** Whether an alarm rings, from the datapoints of its periods. */
import type { MetricAlarmDefinition, MetricStat, Query } from "./alarm-definition.ts";
import type { AlarmStateValue } from "./alarm-rule.ts";
import { evaluateExpression } from "./metric-expression.ts";

export type Verdict = { readonly value: AlarmStateValue; readonly reason: string };

export type ReadStatistic = (stat: MetricStat, period: Period) => number | undefined;

/** 0 is the newest, which has just begun or is about to end. */
export type Period = number;

const datapoint = (
  { queries, watched }: MetricAlarmDefinition,
  read: (stat: MetricStat) => number | undefined,
): number | undefined => {
  const work = (id: string): number | undefined => {
    const query: Query | undefined = queries.get(id);
    if (query === undefined) return undefined;
    return "stat" in query ? read(query) : evaluateExpression(query.expression, work);
  };
  return work(watched);
};

/**
 * A period without a datapoint breaches or not, as the alarm says (2.22); where it does, not before
 * all of its periods were watched, as in CloudWatch's warm-up (2.30). Only the alarm's own periods are
 * read. CloudWatch reads some more, and where enough of them have data, it judges by the newest of
 * those and not by what is missing (2.31): with few datapoints it may ring, or go on ringing, longer.
 */
export const evaluateMetricAlarm = (
  definition: MetricAlarmDefinition,
  { read, watchedMinutes }: { readonly read: ReadStatistic; readonly watchedMinutes: number },
): Verdict => {
  const { threshold, periods, unavailable, side, periodSeconds } = definition;
  if (unavailable !== undefined) {
    return { value: "INSUFFICIENT_DATA", reason: `Not available here. ${unavailable}` };
  }
  const points = Array.from({ length: periods.of }, (_, period) =>
    datapoint(definition, (stat) => read(stat, period)),
  );
  const isWarm = watchedMinutes * 60 > periods.of * periodSeconds;
  const breaches = (point: number | undefined) => {
    if (side === "above") return point !== undefined && point >= threshold;
    return point === undefined ? isWarm : point < threshold;
  };
  const breaching = points.filter(breaches);
  const rings = breaching.length >= periods.breaching;
  const told = points.map((point) => point ?? "none").join(", ");
  return {
    value: rings ? "ALARM" : "OK",
    reason:
      `${breaching.length} of the last ${periods.of} datapoints [${told}] are ` +
      `${side === "above" ? "at least" : "none or less than"} the threshold (${threshold}); it rings from ${periods.breaching} on.`,
  };
};
