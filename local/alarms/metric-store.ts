/**
 * Metrics as CloudWatch keeps them, in memory and for some hours: a bucket a minute, each with what
 * any statistic is worked out from. Nothing of it survives the runtime.
 */

/** A metric is its namespace, name and dimensions together. */
export type Metric = {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
};

export type MetricStore = {
  readonly put: (metric: Metric, value: number, atMs: number) => void;
  /**
   * Over the buckets that begin in this time; nothing where no value was put.
   * `stat` is Sum, SampleCount, Average, Minimum, Maximum, or a percentile such as p99.
   */
  readonly statistic: (metric: Metric, stat: string, span: Span) => number | undefined;
};

/** From, inclusive, to, exclusive. */
export type Span = { readonly fromMs: number; readonly toMs: number };

type Bucket = {
  readonly startMs: number;
  count: number;
  sum: number;
  min: number;
  max: number;
  /** How many values lie within 2 % of each other, by the logarithm that they share. */
  readonly near: Map<number, number>;
};

const KEPT_MS = 3 * 3_600_000;
/** Functions name their own dimensions, and one that errs must not fill the memory. */
const MAX_SERIES = 5_000;
const NEARNESS = Math.log(1.02);
const NOT_POSITIVE = Number.NEGATIVE_INFINITY;

export const metricKey = ({ namespace, name, dimensions }: Metric): string =>
  JSON.stringify([namespace, name, Object.entries(dimensions).toSorted()]);

const nearness = (value: number): number =>
  value > 0 ? Math.round(Math.log(value) / NEARNESS) : NOT_POSITIVE;

const percentile = (buckets: readonly Bucket[], percent: number): number => {
  const all = new Map<number, number>();
  for (const { near } of buckets)
    for (const [key, count] of near) all.set(key, (all.get(key) ?? 0) + count);
  const total = [...all.values()].reduce((sum, count) => sum + count, 0);
  let rest = Math.ceil((percent / 100) * total);
  for (const [key, count] of [...all].toSorted(([a], [b]) => a - b)) {
    rest -= count;
    if (rest <= 0) return key === NOT_POSITIVE ? 0 : Math.exp(key * NEARNESS);
  }
  return 0;
};

const sumOf = (buckets: readonly Bucket[], field: "sum" | "count"): number =>
  buckets.reduce((sum, bucket) => sum + bucket[field], 0);

/** Undefined for a statistic that is not known. */
const compute = (buckets: readonly Bucket[], stat: string): number | undefined => {
  const [, percent] = /^p(\d{1,2}(?:\.\d+)?|100)$/.exec(stat) ?? [];
  if (percent !== undefined) return percentile(buckets, Number(percent));
  switch (stat) {
    case "Sum":
      return sumOf(buckets, "sum");
    case "SampleCount":
      return sumOf(buckets, "count");
    case "Average":
      return sumOf(buckets, "sum") / sumOf(buckets, "count");
    case "Minimum":
      return Math.min(...buckets.map(({ min }) => min));
    case "Maximum":
      return Math.max(...buckets.map(({ max }) => max));
    default:
      return undefined;
  }
};

export const createMetricStore = (bucketMs: number): MetricStore => {
  const series = new Map<string, Bucket[]>();

  const bucketAt = (buckets: Bucket[], atMs: number): Bucket => {
    const startMs = Math.floor(atMs / bucketMs) * bucketMs;
    const found = buckets.findLast((bucket) => bucket.startMs <= startMs);
    if (found?.startMs === startMs) return found;
    const [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const fresh: Bucket = { startMs, count: 0, sum: 0, min, max, near: new Map() };
    buckets.splice(found === undefined ? 0 : buckets.indexOf(found) + 1, 0, fresh);
    while ((buckets[0]?.startMs ?? atMs) < atMs - KEPT_MS) buckets.shift();
    return fresh;
  };

  return {
    put: (metric, value, atMs) => {
      const key = metricKey(metric);
      const buckets = series.get(key) ?? [];
      if (buckets.length === 0) {
        if (series.size >= MAX_SERIES) return;
        series.set(key, buckets);
      }
      const bucket = bucketAt(buckets, atMs);
      bucket.count += 1;
      bucket.sum += value;
      bucket.min = Math.min(bucket.min, value);
      bucket.max = Math.max(bucket.max, value);
      const near = nearness(value);
      bucket.near.set(near, (bucket.near.get(near) ?? 0) + 1);
    },
    statistic: (metric, stat, { fromMs, toMs }) => {
      const buckets = (series.get(metricKey(metric)) ?? []).filter(
        ({ startMs }) => startMs >= fromMs && startMs < toMs,
      );
      return buckets.length === 0 ? undefined : compute(buckets, stat);
    },
  };
};
