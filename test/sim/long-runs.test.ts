/** A short version of `npm run long-runs`; a run that loses, doubles or strands anything throws. */
import { describe, expect, it } from "vitest";
import { playKillers } from "./long-runs/killer-runs.ts";
import { playOutage } from "./long-runs/outage-runs.ts";
import { DEFAULT_CONSUMER, HOUR_MS, MINUTE_MS } from "./long-runs/play-long-run.ts";
import { playPoison } from "./long-runs/poison-runs.ts";
import { playRedrive } from "./long-runs/redrive-runs.ts";

Error.stackTraceLimit = 0;
/** One backoff cap and one visibility timeout: B6 12. */
const RECOVERY_MS = 1_980_000;

describe("what is away for long", () => {
  it("a dependency, for 5 minutes: nothing is dead-lettered", async () => {
    const plan = { seed: 2, orders: 50, outageMs: 5 * MINUTE_MS, what: "dependency" } as const;
    const { deadLettered, recoveredMs, redrives } = await playOutage(plan);
    expect({ deadLettered, redrives }).toEqual({ deadLettered: 0, redrives: 0 });
    expect(recoveredMs).toBeLessThan(RECOVERY_MS);
  });

  it("a dependency, for an hour: the budget bounds the dead, the rest recovers", async () => {
    const plan = { seed: 2, orders: 50, outageMs: HOUR_MS, what: "dependency" } as const;
    const { deadLettered, exhausted, budget, recoveredMs, redrives } = await playOutage(plan);
    expect(deadLettered).toBeGreaterThan(0);
    expect(deadLettered).toBeLessThanOrEqual(budget);
    expect(budget).toBe(6);
    expect(exhausted).toBe(0);
    expect(recoveredMs).toBeLessThan(RECOVERY_MS);
    expect(redrives).toBe(1);
  });

  it.each(["table", "table for writes", "function"] as const)(
    "the %s, for an hour: nothing is dead-lettered",
    async (what) => {
      const report = await playOutage({ seed: 2, orders: 50, outageMs: HOUR_MS, what });
      expect(report).toMatchObject({ deadLettered: 0, exhausted: 0, redrives: 0 });
      expect(report.recoveredMs).toBeLessThan(RECOVERY_MS);
    },
  );
});

it("a poison order with 30 followers dies in its receives, and nobody else notices", async () => {
  const report = await playPoison({
    ...{ seed: 2, poisons: 1, followers: 30, kind: "not retryable" },
    ...{ healthy: 100, healthyWithinMs: 5 * MINUTE_MS },
  });
  expect(report).toMatchObject({ innocentDead: 0, exhausted: 0, mostReceives: 60, redrives: 1 });
  expect(report.receives).toBeLessThanOrEqual(61 * Math.ceil(31 / 10));
  expect(report.untilDeadMs).toBeLessThan(5 * MINUTE_MS);
  expect(report.p99Ms).toBeLessThan(2 * report.p99WithoutMs);
});

it("3 events that kill their function die, and no innocent with them", async () => {
  const report = await playKillers({ seed: 2, killers: 3, orders: 50 });
  expect(report.takenAlong).toBeGreaterThan(0);
  // Taken along when it came and once more; from then on suspects run alone.
  expect(report.slowestInnocentMs).toBeLessThan(2.5 * DEFAULT_CONSUMER.visibilityMs);
  expect(report).toMatchObject({ killersDead: 3, innocentDead: 0, exhausted: 0, redrives: 1 });
});

it("the console's redrive applies all in a few rounds, while the order goes on", async () => {
  const { rounds, deadLetters } = await playRedrive({
    ...{ seed: 2, followers: 30, liveEvents: 180, liveGapMs: 10_000 },
    redriveAtMs: 15 * MINUTE_MS,
  });
  expect(deadLetters).toBeGreaterThan(31);
  expect(rounds).toBeLessThanOrEqual(5);
});
