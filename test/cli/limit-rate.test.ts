import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { limitRate } from "../../cli/limit-rate.ts";

let nowMs = 0;
const slept: number[] = [];
vi.mock("node:timers/promises", () => ({
  setTimeout: async (ms: number) => {
    slept.push(ms);
    nowMs += ms;
  },
}));
beforeEach(() => {
  nowMs = 0;
  slept.length = 0;
});
afterEach(() => vi.clearAllMocks());

it("makes the next one wait for what was spent", async () => {
  const rate = limitRate(10, () => nowMs);
  await rate.ready();
  rate.spend(5);
  await rate.ready();
  rate.spend(1);
  await rate.ready();
  expect(slept).toEqual([500, 100]);
});

it("saves nothing up while nothing is asked for", async () => {
  const rate = limitRate(10, () => nowMs);
  nowMs = 60_000;
  rate.spend(10);
  await rate.ready();
  expect(slept).toEqual([1_000]);
});

it("does not wait once it is interrupted", async () => {
  const rate = limitRate(1, () => nowMs);
  rate.spend(100);
  await rate.ready(AbortSignal.abort());
  expect(slept).toEqual([]);
});

it("lets several who take their turn go one after the other, each paid for", async () => {
  const rate = limitRate(10, () => nowMs);
  await Promise.all([rate.take(10), rate.take(10), rate.take(10)]);
  expect(slept.length).toBeGreaterThan(0);
  expect(nowMs).toBe(2_000);
});
