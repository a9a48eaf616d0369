import { describe, expect, it } from "vitest";
import { appliedPerSecond } from "../../cli/console/rate-of-minutes.ts";

const MINUTE_MS = 60_000;
const NOW_MS = 100 * MINUTE_MS + 15_000;
const at = (counts: Record<number, number>): ReadonlyMap<number, number> =>
  new Map(Object.entries(counts).map(([minute, count]) => [Number(minute) * MINUTE_MS, count]));

describe("the rate of now, from counts by the minute", () => {
  it("is that of the last 60 seconds where the running minute is known", () => {
    expect(appliedPerSecond(at({ 99: 600, 100: 150 }), NOW_MS)).toBe((150 + 450) / 60);
    expect(appliedPerSecond(at({ 100: 60 }), NOW_MS)).toBe(1);
  });

  it("is that of the newest known minute where the running one comes late", () => {
    expect(appliedPerSecond(at({ 98: 120, 97: 600 }), NOW_MS)).toBe(2);
  });

  it("is nothing where nothing was counted for minutes", () => {
    expect(appliedPerSecond(at({ 96: 600 }), NOW_MS)).toBe(0);
    expect(appliedPerSecond(at({}), NOW_MS)).toBe(0);
  });
});
