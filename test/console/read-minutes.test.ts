import type { GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { describe, expect, it } from "vitest";
import { readMinutes, SHOWN_MINUTES } from "../../cli/console/read-minutes.ts";
import type { StageOutputs } from "../../cli/stage-outputs.ts";

const MINUTE_MS = 60_000;
const THIS_MS = 1_000 * MINUTE_MS;
const NOW_MS = THIS_MS + 30_000;
const url = "http://127.0.0.1:1/queue";
const outputs: StageOutputs = {
  ...{ stackName: "OrderEventBus-test", OrdersTable: "orders", DedupTable: "dedup" },
  TopicArn: "arn:aws:sns:us-east-1:000000000000:orders.fifo",
  Consumers: [
    {
      ...{ name: "fraud", queueUrl: url, deadLetterQueueUrl: url, functionName: "f" },
      ...{ mappingId: "m", subscriptionDeadLetterQueueUrl: url, tables: {} },
    },
  ],
};

type Counts = Readonly<Record<number, number>>;

/** CloudWatch's answer, by how many minutes ago each one began. */
const resultOf = (Id: string, counts: Counts) => ({
  Id,
  Timestamps: Object.keys(counts).map((ago) => new Date(THIS_MS - Number(ago) * MINUTE_MS)),
  Values: Object.values(counts),
});

const read = async (applied: Counts, latency: Counts, where: Partial<StageOutputs> = {}) => {
  const MetricDataResults = [resultOf("applied_0", applied), resultOf("latencyms_0", latency)];
  const cloudwatch = { send: async () => ({ MetricDataResults }) } as never;
  const stage = { cloudwatch, outputs: { ...outputs, ...where } };
  const { endsMs, consumers } = await readMinutes(stage, { nowMs: NOW_MS });
  return { endsMs, ...consumers[0] };
};

describe("the last minutes of a consumer", () => {
  it("are known by their ends, the running one last", async () => {
    const { endsMs } = await read({}, {});
    expect(endsMs).toHaveLength(SHOWN_MINUTES + 1);
    expect(endsMs.slice(-2)).toEqual([THIS_MS, NOW_MS]);
  });

  it("are nothing done where nothing is counted, but not known while CloudWatch may be late", async () => {
    const { applied } = await read({ 5: 120 }, {});
    expect(applied?.slice(-7)).toEqual([0, 120, 0, null, null, null, 0]);
  });

  it("are never late where an emulator counts", async () => {
    const { applied } = await read({ 0: 30, 1: 60 }, {}, { endpoints: {} });
    expect(applied?.slice(-4)).toEqual([0, 0, 60, 60]);
  });

  it("have no latency where nothing was applied", async () => {
    const { latencyMs } = await read({ 2: 1 }, { 0: 300, 2: 250 });
    expect(latencyMs?.slice(-3)).toEqual([250, null, 300]);
  });

  it("are all read, however many consumers and pages there are", async () => {
    const [fraud] = outputs.Consumers;
    if (fraud === undefined) throw new Error("no consumer");
    const Consumers = Array.from({ length: 260 }, (_, index) => ({ ...fraud, name: `c${index}` }));
    /** Half of what was asked for, then the rest; as CloudWatch, no more than 500 at once. */
    const send = async ({ input }: GetMetricDataCommand) => {
      const ids = input.MetricDataQueries?.map(({ Id = "" }) => Id) ?? [];
      if (ids.length > 500) throw new Error(`${ids.length} queries`);
      const half = Math.ceil(ids.length / 2);
      const page = input.NextToken === undefined ? ids.slice(0, half) : ids.slice(half);
      const MetricDataResults = page.map((id) => resultOf(id, { 1: 60 }));
      return { MetricDataResults, ...(input.NextToken === undefined ? { NextToken: "n" } : {}) };
    };
    const stage = { cloudwatch: { send } as never, outputs: { ...outputs, Consumers } };
    const { consumers } = await readMinutes(stage, { nowMs: NOW_MS });
    expect(consumers).toHaveLength(260);
    for (const { applied, latencyMs } of consumers) {
      expect([applied.at(-2), latencyMs.at(-2)]).toEqual([60, 60]);
    }
  });
});
