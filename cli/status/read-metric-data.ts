import {
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from "@aws-sdk/client-cloudwatch";
import type { Stage } from "../stage-clients.ts";

/** As many as one call of CloudWatch takes. */
const QUERIES_A_CALL = 500;

export type MetricSpan = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly signal?: AbortSignal | undefined;
};

/** By the queries' ids, all pages of them put together. Rejects where CloudWatch does not answer. */
export const readMetricData = async (
  { cloudwatch }: Pick<Stage, "cloudwatch">,
  queries: readonly MetricDataQuery[],
  { fromMs, toMs, signal }: MetricSpan,
): Promise<ReadonlyMap<string, MetricDataResult>> => {
  const results = new Map<string, MetricDataResult>();
  const span = { StartTime: new Date(fromMs), EndTime: new Date(toMs) };
  for (let first = 0; first < queries.length; first += QUERIES_A_CALL) {
    const MetricDataQueries = queries.slice(first, first + QUERIES_A_CALL);
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
  }
  return results;
};
