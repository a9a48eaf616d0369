import {
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
  type MetricStat,
} from "@aws-sdk/client-cloudwatch";
import type { Stage } from "../stage-clients.ts";

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

const collect = async (
  { cloudwatch }: Pick<Stage, "cloudwatch">,
  MetricDataQueries: MetricDataQuery[],
  span: { readonly StartTime: Date; readonly EndTime: Date },
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, MetricDataResult>> => {
  const results = new Map<string, MetricDataResult>();
  let NextToken: string | undefined;
  do {
    const { MetricDataResults = [], ...rest } = await cloudwatch.send(
      new GetMetricDataCommand({
        ...{ ...span, MetricDataQueries },
        ...(NextToken === undefined ? {} : { NextToken }),
      }),
      signal === undefined ? {} : { abortSignal: signal },
    );
    for (const { Id = "", Timestamps = [], Values = [] } of MetricDataResults) {
      const before = results.get(Id);
      results.set(Id, {
        Timestamps: [...(before?.Timestamps ?? []), ...Timestamps],
        Values: [...(before?.Values ?? []), ...Values],
      });
    }
    NextToken = rest.NextToken;
  } while (NextToken !== undefined);
  return results;
};

/**
 * The newest value of each metric, by its id, in one call of CloudWatch for up to 500 of them. One
 * that has none of late is left out. Rejects where CloudWatch does not answer.
 */
export const readNewest = async (
  stage: Pick<Stage, "cloudwatch">,
  wanted: readonly Wanted[],
  { nowMs, signal }: ReadNewestOptions,
): Promise<ReadonlyMap<string, number>> => {
  const queries = wanted.map(({ id, stat }) => ({ Id: id, MetricStat: stat }));
  const longestMs = Math.max(...wanted.map(({ recentMs }) => recentMs));
  const span = { StartTime: new Date(nowMs - longestMs), EndTime: new Date(nowMs) };
  const results = await collect(stage, queries, span, signal);
  return new Map(
    wanted.flatMap(({ id, recentMs }) => {
      const value = newest(results.get(id) ?? {}, nowMs - recentMs);
      return value === undefined ? [] : [[id, value] as const];
    }),
  );
};
