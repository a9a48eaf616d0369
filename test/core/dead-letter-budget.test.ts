import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Budget,
  earnToken,
  noBudget,
  spendToken,
} from "../../lambdas/core/dead-letter-budget.ts";
import { usualRules } from "./make-context.ts";

const rules = usualRules.budget;
const HOUR_MS = 3_600_000;
const NOW_MS = 1_000 * HOUR_MS;

const budget = (fields: Partial<Budget> = {}): Budget => ({
  rev: 1,
  tokens: 0,
  grantedAtMs: NOW_MS,
  minute: 0,
  earned: 0,
  ...fields,
});

describe("spending", () => {
  it("finds a full bucket where there is no row yet", () => {
    const begunMs = NOW_MS + HOUR_MS / 2;
    expect(spendToken(noBudget, rules, begunMs)).toMatchObject({
      rev: 1,
      tokens: 4,
      grantedAtMs: begunMs,
    });
  });

  it("takes one token", () => {
    expect(spendToken(budget({ rev: 3, tokens: 2 }), rules, NOW_MS)).toMatchObject({
      rev: 4,
      tokens: 1,
    });
  });

  it("is refused when there is none", () => {
    expect(spendToken(budget(), rules, NOW_MS)).toBeUndefined();
  });

  it("finds one token more for every whole hour, and keeps the rest of the hour", () => {
    const later = NOW_MS + 2.5 * HOUR_MS;
    expect(spendToken(budget(), rules, later)).toMatchObject({
      tokens: 1,
      grantedAtMs: NOW_MS + 2 * HOUR_MS,
    });
    expect(spendToken(budget(), rules, NOW_MS + HOUR_MS - 1)).toBeUndefined();
    expect(spendToken(budget(), { ...rules, tokensPerHour: 2 }, later)).toMatchObject({
      tokens: 3,
    });
  });

  it("finds no more than the bucket holds after a long time", () => {
    expect(spendToken(budget(), rules, NOW_MS + 100 * HOUR_MS)).toMatchObject({ tokens: 4 });
  });

  it("is not confused by a clock that runs behind", () => {
    expect(spendToken(budget({ tokens: 1 }), rules, NOW_MS - 5 * HOUR_MS)).toMatchObject({
      tokens: 0,
      grantedAtMs: NOW_MS,
    });
  });
});

describe("earning", () => {
  it("adds a token and counts it in its minute", () => {
    const minute = NOW_MS / 60_000;
    expect(earnToken(budget(), rules, NOW_MS)).toMatchObject({ tokens: 1, minute, earned: 1 });
  });

  it("stops at five a minute, and goes on in the next", () => {
    const empty = budget({ minute: NOW_MS / 60_000, earned: 5 });
    expect(earnToken(empty, rules, NOW_MS + 59_999)).toBeUndefined();
    expect(earnToken(empty, rules, NOW_MS + 60_000)).toMatchObject({ tokens: 1, earned: 1 });
  });

  it("stops when the bucket is full, which it is before the first spending", () => {
    expect(earnToken(budget({ tokens: 5 }), rules, NOW_MS)).toBeUndefined();
    expect(earnToken(noBudget, rules, NOW_MS)).toBeUndefined();
  });

  it("adds to what the hours have brought", () => {
    expect(earnToken(budget(), rules, NOW_MS + 2 * HOUR_MS)).toMatchObject({ tokens: 3 });
  });
});

it("however it is spent and earned, there are never more tokens than hours and successes gave", () => {
  const acts = fc.array(
    fc.record({
      act: fc.constantFrom("spend", "earn"),
      afterMs: fc.integer({ min: 0, max: 2 * HOUR_MS }),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(acts, (given) => {
      let nowMs = NOW_MS;
      let current: Budget = noBudget;
      let [spent, earned] = [0, 0];
      for (const { act, afterMs } of given) {
        nowMs += afterMs;
        const next = (act === "spend" ? spendToken : earnToken)(current, rules, nowMs);
        if (next === undefined) continue;
        expect(next.rev).toBe(current.rev + 1);
        if (act === "spend") spent++;
        else earned++;
        current = next;
        expect(current.tokens).toBeGreaterThanOrEqual(0);
        expect(current.tokens).toBeLessThanOrEqual(rules.capacity);
      }
      const hours = Math.floor((nowMs - NOW_MS) / HOUR_MS);
      expect(spent).toBeLessThanOrEqual(rules.capacity + earned + hours * rules.tokensPerHour);
    }),
  );
});
