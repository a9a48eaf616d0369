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

/** A period without a datapoint does not breach (2.22). */
export const evaluateMetricAlarm = (
  definition: MetricAlarmDefinition,
  read: ReadStatistic,
): Verdict => {
  const { threshold, periods, unavailable } = definition;
  if (unavailable !== undefined) {
    return { value: "INSUFFICIENT_DATA", reason: `Not available here. ${unavailable}` };
  }
  const points = Array.from({ length: periods.of }, (_, period) =>
    datapoint(definition, (stat) => read(stat, period)),
  );
  const breaching = points.filter((point) => point !== undefined && point >= threshold);
  const rings = breaching.length >= periods.breaching;
  const told = points.map((point) => point ?? "none").join(", ");
  return {
    value: rings ? "ALARM" : "OK",
    reason:
      `${breaching.length} of the last ${periods.of} datapoints [${told}] are at least the ` +
      `threshold (${threshold}); it rings from ${periods.breaching} on.`,
  };
};
