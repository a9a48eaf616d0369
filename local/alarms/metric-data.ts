/** CloudWatch's GetMetricData over the metrics of the embedded bus. */
import * as v from "valibot";
import {
  type Expression,
  evaluateExpression,
  idsOf,
  parseExpression,
} from "./metric-expression.ts";
import type { Metric, MetricStore } from "./metric-store.ts";
import { SyntaxFault } from "./token-reader.ts";

const statSchema = v.strictObject({
  Metric: v.strictObject({
    Namespace: v.string(),
    MetricName: v.string(),
    Dimensions: v.optional(v.array(v.strictObject({ Name: v.string(), Value: v.string() })), []),
  }),
  Period: v.pipe(v.number(), v.integer(), v.minValue(1)),
  Stat: v.pipe(v.string(), v.regex(/^(Sum|SampleCount|Average|Minimum|Maximum|p\d+(\.\d+)?)$/)),
});
const querySchema = v.strictObject({
  Id: v.string(),
  MetricStat: v.optional(statSchema),
  Expression: v.optional(v.string()),
  Period: v.optional(v.number()),
  Label: v.optional(v.string()),
  ReturnData: v.optional(v.boolean(), true),
});

/** Times are in seconds, as AWS's JSON has them. */
export const metricDataSchema = v.strictObject({
  MetricDataQueries: v.pipe(v.array(querySchema), v.minLength(1), v.maxLength(500)),
  StartTime: v.number(),
  EndTime: v.number(),
  ScanBy: v.optional(v.picklist(["TimestampAscending", "TimestampDescending"])),
  NextToken: v.optional(v.string()),
  MaxDatapoints: v.optional(v.number()),
});

type Input = v.InferOutput<typeof metricDataSchema>;
type Query = Input["MetricDataQueries"][number];
type Stat = v.InferOutput<typeof statSchema>;

const MAX_POINTS = 100_800;

const metricOf = ({ Namespace, MetricName, Dimensions }: Stat["Metric"]): Metric => ({
  namespace: Namespace,
  name: MetricName,
  dimensions: Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value])),
});

type Point = { readonly time: number; readonly value: number };

/** A fault instead of an answer names the query. */
type Answer = { readonly fault: string } | { readonly MetricDataResults: readonly object[] };

/** The period of a query: its own, or that of the metrics that its expression names. */
const periodOf = (query: Query, byId: ReadonlyMap<string, Query>): number => {
  if (query.MetricStat) return query.MetricStat.Period;
  const named = query.Expression === undefined ? [] : idsOf(parseExpression(query.Expression));
  const periods = named.flatMap((id) => {
    const other = byId.get(id);
    return other === undefined || other === query ? [] : [periodOf(other, byId)];
  });
  return Math.max(query.Period ?? 60, ...periods);
};

const pointsOf = (
  query: Query,
  byId: ReadonlyMap<string, Query>,
  input: Input,
  store: MetricStore,
) => {
  const period = periodOf(query, byId);
  const first = Math.floor(input.StartTime / period) * period;
  const count = Math.min(MAX_POINTS, Math.max(0, Math.ceil((input.EndTime - first) / period)));
  const parsed = new Map<Query, Expression>();
  const expressionOf = (each: Query) => {
    const found = parsed.get(each) ?? parseExpression(each.Expression ?? "");
    parsed.set(each, found);
    return found;
  };
  const valueAt = (each: Query | undefined, time: number): number | undefined => {
    if (each === undefined) return undefined;
    const span = { fromMs: time * 1_000, toMs: (time + period) * 1_000 };
    if (each.MetricStat) {
      return store.statistic(metricOf(each.MetricStat.Metric), each.MetricStat.Stat, span);
    }
    return evaluateExpression(expressionOf(each), (id) => valueAt(byId.get(id), time));
  };
  return Array.from({ length: count }, (_, index) => first + index * period).flatMap((time) => {
    const value = valueAt(query, time);
    return value === undefined ? [] : [{ time, value } satisfies Point];
  });
};

export const metricData = (store: MetricStore, input: Input): Answer => {
  const queries = input.MetricDataQueries;
  const byId = new Map(queries.map((query) => [query.Id, query]));
  try {
    const results = queries
      .filter(({ ReturnData }) => ReturnData)
      .map((query) => {
        const points = pointsOf(query, byId, input, store);
        if (input.ScanBy !== "TimestampAscending") points.reverse();
        return {
          Id: query.Id,
          Label: query.Label ?? query.MetricStat?.Metric.MetricName ?? query.Id,
          Timestamps: points.map(({ time }) => time),
          Values: points.map(({ value }) => value),
          StatusCode: "Complete",
        };
      });
    return { MetricDataResults: results };
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error;
    return { fault: `an expression ${error.message}` };
  }
};
