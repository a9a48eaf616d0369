import type { MetricDataResult, MetricStat } from "@aws-sdk/client-cloudwatch";
import type { Stage } from "../stage-clients.ts";
import { readMetricData } from "./read-metric-data.ts";

export type Wanted = {
  /** As CloudWatch allows it: a small letter first, then letters, digits and `_`. */
  readonly id: string;
  readonly stat: MetricStat;
  /** A figure of a period that began longer ago says nothing of now. */
  readonly recentMs: number;
};

export type ReadNewestOptions = { readonly nowMs: number; readonly signal?: AbortSignal };

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

/**
 * The newest value of each metric, by its id. One that has none of late is left out. Rejects where CloudWatch does not answer.
 */
export const readNewest = async (
  stage: Pick<Stage, "cloudwatch">,
  wanted: readonly Wanted[],
  { nowMs, signal }: ReadNewestOptions,
): Promise<ReadonlyMap<string, number>> => {
  const queries = wanted.map(({ id, stat }) => ({ Id: id, MetricStat: stat }));
  const longestMs = Math.max(...wanted.map(({ recentMs }) => recentMs));
  const span = { fromMs: nowMs - longestMs, toMs: nowMs };
  const results = await readMetricData(stage, queries, { ...span, signal });
  return new Map(
    wanted.flatMap(({ id, recentMs }) => {
      const value = newest(results.get(id) ?? {}, nowMs - recentMs);
      return value === undefined ? [] : [[id, value] as const];
    }),
  );
};
