/** Reads an `AWS::CloudWatch::Alarm`: on one metric, or on what is worked out from several. */
import { list, optionalText, type Properties, text, wholeNumber } from "../resource-properties.ts";
import { isObject, type Json, TemplateError } from "../template.ts";
import { type MetricAlarmDefinition, parsed, type Query } from "./alarm-definition.ts";
import { availabilityOf } from "./available-metrics.ts";
import { idsOf, parseExpression } from "./metric-expression.ts";
import type { Metric } from "./metric-store.ts";

const STATISTICS = ["Sum", "Maximum", "Minimum", "Average", "SampleCount"];
/** The comparison and what is made of missing data, by what breaches. */
const SIDES = {
  above: ["GreaterThanOrEqualToThreshold", "notBreaching"],
  below: ["LessThanThreshold", "breaching"],
} as const;
const WHOLE_MINUTES = 60;

const only = (properties: Properties, name: string, allowed: readonly string[]): string => {
  const value = text(properties, name);
  if (allowed.includes(value)) return value;
  throw new TemplateError(
    properties.logicalId,
    `${name} is ${value}; the embedded runtime knows ${allowed.join(", ")}`,
  );
};

const objects = (properties: Properties, name: string): readonly Properties[] =>
  list(properties, name).map((each) => {
    if (isObject(each)) return { logicalId: properties.logicalId, values: each };
    throw new TemplateError(properties.logicalId, `${name} has ${JSON.stringify(each)}, no object`);
  });

const part = ({ logicalId, values }: Properties, name: string): Properties => {
  const value: Json | undefined = values[name];
  if (isObject(value)) return { logicalId, values: value };
  throw new TemplateError(logicalId, `${name} must be an object, got ${JSON.stringify(value)}`);
};

const periodOf = (properties: Properties): number => {
  const seconds = wholeNumber(properties, "Period", 0);
  if (seconds > 0 && seconds % WHOLE_MINUTES === 0) return seconds;
  throw new TemplateError(properties.logicalId, `Period is ${seconds}; allowed: whole minutes`);
};

const metricOf = (properties: Properties): Metric => {
  const dimensions = objects(properties, "Dimensions").map((dimension) => [
    text(dimension, "Name"),
    text(dimension, "Value"),
  ]);
  const namespace = text(properties, "Namespace");
  const name = text(properties, "MetricName");
  if (availabilityOf(namespace, name).kind === "unknown") {
    throw new TemplateError(
      properties.logicalId,
      `the embedded runtime does not know the metric ${name} of ${namespace}; measure it, or list ` +
        "it in local/alarms/available-metrics.ts with the reason why it cannot",
    );
  }
  return { namespace, name, dimensions: Object.fromEntries(dimensions) };
};

const queryOf = (properties: Properties): readonly [string, Query] => {
  const { logicalId, values } = properties;
  const id = text(properties, "Id");
  const from = optionalText(properties, "Expression");
  if (from !== undefined) {
    return [id, { expression: parsed(logicalId, "Expression", parseExpression, from) }];
  }
  const stat = part(properties, "MetricStat");
  const known = ["Id", "MetricStat", "ReturnData", "Label", "Period"];
  const unknown = Object.keys(values).find((name) => !known.includes(name));
  if (unknown) throw new TemplateError(logicalId, `does not know ${unknown} in Metrics`);
  return [
    id,
    {
      metric: metricOf(part(stat, "Metric")),
      stat: only(stat, "Stat", STATISTICS),
      periodSeconds: periodOf(stat),
    },
  ];
};

type Watched = Pick<MetricAlarmDefinition, "queries" | "watched" | "periodSeconds">;

const readMath = (properties: Properties): Watched => {
  const { logicalId } = properties;
  const given = objects(properties, "Metrics");
  const queries = new Map(given.map(queryOf));
  const returned = given.filter(({ values }) => values.ReturnData !== false);
  const [watched, ...others] = returned.map((query) => text(query, "Id"));
  if (watched === undefined || others.length > 0) {
    throw new TemplateError(logicalId, `Metrics return ${returned.length} series, not one`);
  }
  const periods = new Set<number>();
  for (const query of queries.values()) {
    if ("stat" in query) periods.add(query.periodSeconds);
    const missing = "expression" in query && idsOf(query.expression).find((id) => !queries.has(id));
    if (missing) throw new TemplateError(logicalId, `Metrics have no ${missing}`);
  }
  const [periodSeconds, ...more] = periods;
  if (periodSeconds === undefined || more.length > 0) {
    throw new TemplateError(logicalId, "Metrics must have one period in common");
  }
  return { queries, watched, periodSeconds };
};

const readPlain = (properties: Properties): Watched => {
  const stat = only(properties, "Statistic", STATISTICS);
  const periodSeconds = periodOf(properties);
  const query = { metric: metricOf(properties), stat, periodSeconds };
  return { queries: new Map([["m1", query]]), watched: "m1", periodSeconds };
};

const whyUnavailable = (queries: Iterable<Query>): string | undefined => {
  for (const query of queries) {
    if (!("metric" in query)) continue;
    const { namespace, name } = query.metric;
    const available = availabilityOf(namespace, name);
    if (available.kind === "not available") return `${name}: ${available.reason}`;
  }
  return undefined;
};

/** Of an `AWS::CloudWatch::Alarm`. */
export const metricAlarm = (properties: Properties): MetricAlarmDefinition => {
  const comparisons = [SIDES.above[0], SIDES.below[0]];
  const side =
    only(properties, "ComparisonOperator", comparisons) === SIDES.above[0] ? "above" : "below";
  only(properties, "TreatMissingData", [SIDES[side][1]]);
  const watched = properties.values.Metrics ? readMath(properties) : readPlain(properties);
  const of = wholeNumber(properties, "EvaluationPeriods", 1);
  return {
    kind: "metric",
    ...watched,
    ...{ threshold: Number(properties.values.Threshold), side },
    periods: { breaching: wholeNumber(properties, "DatapointsToAlarm", of), of },
    unavailable: whyUnavailable(watched.queries.values()),
  };
};
