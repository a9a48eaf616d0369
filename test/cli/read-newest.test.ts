import type { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { expect, it } from "vitest";
import { readNewest } from "../../cli/status/read-newest.ts";

const NOW_MS = Date.parse("2026-01-01T12:00:00Z");
const stat = { Metric: { Namespace: "N", MetricName: "M" }, Stat: "Maximum", Period: 60 };

it("puts the pages of an answer together, and asks for no more time than it needs", async () => {
  const inputs: GetMetricDataCommand["input"][] = [];
  const at = (agoMs: number, value: number) => ({
    ...{ Timestamps: [new Date(NOW_MS - agoMs)], Values: [value] },
  });
  const pages = [
    { MetricDataResults: [{ Id: "a", ...at(120_000, 7) }], NextToken: "more" },
    {
      MetricDataResults: [
        { Id: "a", ...at(60_000, 9) },
        { Id: "b", ...at(600_001, 5) },
      ],
    },
  ];
  const cloudwatch = {
    send: async ({ input }: GetMetricDataCommand) => {
      inputs.push(input);
      return pages[inputs.length - 1];
    },
  } as unknown as CloudWatchClient;
  const wanted = [
    { id: "a", stat, recentMs: 300_000 },
    { id: "b", stat, recentMs: 600_000 },
    { id: "c", stat, recentMs: 60_000 },
  ];
  const found = await readNewest({ cloudwatch }, wanted, { nowMs: NOW_MS });
  expect([...found]).toEqual([["a", 9]]);
  expect(inputs.map(({ NextToken }) => NextToken)).toEqual([undefined, "more"]);
  expect(inputs[0]).toMatchObject({
    ...{ StartTime: new Date(NOW_MS - 600_000), EndTime: new Date(NOW_MS) },
  });
});
