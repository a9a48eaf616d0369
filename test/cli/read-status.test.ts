import type { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import type { GetEventSourceMappingCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readStatus } from "../../cli/status/read-status.ts";
import { forceAdmission, noAdmissionState } from "../../lambdas/core/admission.ts";
import { hasDynoxide, startDynoxide } from "../emulators/start-dynoxide.ts";
import { CONSUMERS, deadRow, makeStage } from "./make-stage.ts";

const NOW_MS = Date.parse("2026-01-01T12:00:00Z");
const nowMs = () => NOW_MS;

const mappings = (states: Readonly<Record<string, string>>) =>
  ({
    send: async ({ input }: GetEventSourceMappingCommand) => ({
      State: states[input.UUID ?? ""] ?? "Enabled",
    }),
  }) as unknown as LambdaClient;

type Point = { readonly agoMs: number; readonly value: number };

/** By metric, statistic and the value of the last dimension. */
const metrics = (points: Readonly<Record<string, readonly Point[]>>) =>
  ({
    send: async ({ input }: GetMetricDataCommand) => ({
      MetricDataResults: (input.MetricDataQueries ?? []).map(({ Id, MetricStat }) => {
        const { MetricName, Dimensions } = MetricStat?.Metric ?? {};
        const key = `${MetricName} ${MetricStat?.Stat} ${Dimensions?.at(-1)?.Value}`;
        const found = points[key] ?? [];
        return {
          Id,
          Timestamps: found.map(({ agoMs }) => new Date(NOW_MS - agoMs)),
          Values: found.map(({ value }) => value),
        };
      }),
    }),
  }) as unknown as CloudWatchClient;

describe.skipIf(!hasDynoxide)("the status of a stage", () => {
  let dynoxide: Awaited<ReturnType<typeof startDynoxide>>;
  let world: Awaited<ReturnType<typeof makeStage>>;

  beforeEach(async () => {
    dynoxide = await startDynoxide();
    world = await makeStage(dynoxide.client);
  });
  afterEach(async () => {
    await world.stop();
    await dynoxide.stop();
  });

  const status = (parts: Partial<typeof world.stage> = {}) =>
    readStatus({ ...world.stage, ...parts }, { nowMs });
  const consumerIn = async (name: string, parts?: Partial<typeof world.stage>) =>
    (await status(parts)).consumers.find((consumer) => consumer.name === name);
  const putBudget = (tokens: number) =>
    world.put("dedup", { orderId: "#budget", consumer: "loyalty", rev: 4, tokens });

  it("counts what waits, what is in flight, and what is dead", async () => {
    world.depths.set("loyalty", 8);
    world.depths.set("loyalty-dead", 3);
    world.depths.set("loyalty-undelivered", 2);
    world.depths.set("parking", 4);
    const { consumers, relay } = await status();
    expect(consumers.map(({ name }) => name)).toEqual(CONSUMERS.map(({ name }) => name));
    expect(consumers[1]).toMatchObject({
      ...{ depth: 8, waiting: 7, inFlight: 1, deadLetters: 3, undelivered: 2, outage: "none" },
    });
    expect(consumers[0]).toMatchObject({ depth: 0, deadLetters: 0, undelivered: 0 });
    expect(relay).toEqual({ parked: 4 });
  });

  it("counts an order whose event is decided dead, though its letter has not been moved yet", async () => {
    await world.putRow("loyalty", deadRow("a", 1));
    expect(await consumerIn("loyalty")).toMatchObject({
      ...{ deadOrders: { count: 1, andMore: false }, deadLetters: 0 },
    });
    expect(await consumerIn("fraud")).toMatchObject({ deadOrders: { count: 0, andMore: false } });
  });

  it("leaves out what Lambda and CloudWatch do not tell, and says so", async () => {
    const { consumers, notKnown } = await status();
    expect(consumers[0]).not.toHaveProperty("mapping");
    expect(consumers[0]).not.toHaveProperty("oldestAgeSeconds");
    expect(consumers[0]).not.toHaveProperty("latencyMs");
    expect(notKnown).toEqual([
      "ages and latencies are not known (it is not there)",
      "what is paused is not known (it is not there)",
    ]);
  });

  it("tells a paused consumer from one that runs and from one that changes", async () => {
    const lambda = mappings({ loyalty: "Disabled", fraud: "Enabling" });
    const { consumers, notKnown } = await status({ lambda });
    expect(Object.fromEntries(consumers.map(({ name, mapping }) => [name, mapping]))).toEqual({
      ...{ inventory: "enabled", loyalty: "paused", recommendation: "enabled" },
      ...{ warehouse: "enabled", fraud: "changing" },
    });
    expect(notKnown).toHaveLength(1);
  });

  it("tells the newest age and latency, and none that is old", async () => {
    const cloudwatch = metrics({
      "ApproximateAgeOfOldestMessage Maximum loyalty": [
        { agoMs: 120_000, value: 70 },
        { agoMs: 60_000, value: 90 },
      ],
      "ApproximateAgeOfOldestMessage Maximum fraud": [{ agoMs: 600_000, value: 50 }],
      "LatencyMs p50 loyalty": [{ agoMs: 300_000, value: 120 }],
      "LatencyMs p99 loyalty": [{ agoMs: 300_000, value: 900 }],
      "LatencyMs p50 fraud": [{ agoMs: 7_200_000, value: 120 }],
      "LatencyMs p99 fraud": [{ agoMs: 7_200_000, value: 900 }],
    });
    expect(await consumerIn("loyalty", { cloudwatch })).toMatchObject({
      ...{ oldestAgeSeconds: 90, latencyMs: { p50: 120, p99: 900 } },
    });
    const fraud = await consumerIn("fraud", { cloudwatch });
    expect(fraud).not.toHaveProperty("oldestAgeSeconds");
    expect(fraud).not.toHaveProperty("latencyMs");
  });

  it("is an outage when no budget is left and messages are in flight", async () => {
    await putBudget(3);
    world.depths.set("loyalty", 8);
    expect(await consumerIn("loyalty")).toMatchObject({ outage: "none", budgetTokens: 3 });
    await putBudget(0);
    expect(await consumerIn("loyalty")).toMatchObject({ outage: "outage", budgetTokens: 0 });
    world.depths.set("loyalty", 0);
    expect(await consumerIn("loyalty")).toMatchObject({ outage: "no budget", budgetTokens: 0 });
  });

  it("tells where the admission door stands, and who has forced it", async () => {
    expect((await status()).admission).toEqual({
      door: { kind: "unknown", why: "never decided" },
      ...{ isForced: false, state: noAdmissionState },
    });
    const forced = { position: "closed", by: "ada", why: "a test", untilMs: NOW_MS + 1 } as const;
    const state = forceAdmission(noAdmissionState, forced);
    await world.put("dedup", { ...state, orderId: "#admission", consumer: "door" });
    expect((await status()).admission).toEqual({
      ...{ door: { kind: "closed", untilMs: NOW_MS + 1 }, isForced: true, state },
    });
  });
});
