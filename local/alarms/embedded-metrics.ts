/** Reads a line in CloudWatch's embedded metric format: which metrics it holds, with which values. */
import * as v from "valibot";
import type { JsonObject } from "../template.ts";
import type { Metric } from "./metric-store.ts";

export type EmbeddedMetric = { readonly metric: Metric; readonly values: readonly number[] };

const directiveSchema = v.object({
  Namespace: v.string(),
  Dimensions: v.array(v.array(v.string())),
  Metrics: v.array(v.object({ Name: v.string() })),
});
const lineSchema = v.object({ _aws: v.object({ CloudWatchMetrics: v.array(directiveSchema) }) });

const numbers = (value: unknown): readonly number[] =>
  (Array.isArray(value) ? value : [value]).filter(Number.isFinite);

/** None of a line that is something else: a function may print what it likes. */
export const embeddedMetrics = (line: JsonObject): readonly EmbeddedMetric[] => {
  const parsed = v.safeParse(lineSchema, line);
  if (!parsed.success) return [];
  return parsed.output._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) => {
      const dimensions = Object.fromEntries(names.map((name) => [name, String(line[name])]));
      return Metrics.map(({ Name }) => ({
        metric: { namespace: Namespace, name: Name, dimensions },
        values: numbers(line[Name]),
      }));
    }),
  );
};
