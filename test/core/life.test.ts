import { describe, expect, it } from "vitest";
import type { Life } from "../../lambdas/core/ledger-row.ts";
import {
  attemptsAreSpent,
  die,
  failAttempt,
  NO_OUTCOME,
  startAttempt,
  undoStart,
} from "../../lambdas/core/life.ts";
import { usualRules } from "./make-context.ts";

const unborn: Life = { seq: 1, messageId: "m", sentAtMs: 0, attempts: 0, open: false };
const ERROR = { name: "Error", message: "why" };

describe("an attempt", () => {
  it("is counted with its start, and its outcome then counts no second time", () => {
    const started = startAttempt(unborn, 100);
    expect(started).toMatchObject({ attempts: 1, open: true, firstMs: 100, lastMs: 100 });
    expect(failAttempt(started, ERROR, 200)).toMatchObject({
      attempts: 1,
      open: false,
      firstMs: 100,
      lastMs: 200,
      error: ERROR,
    });
  });

  it("without a recorded start is counted with its outcome", () => {
    expect(failAttempt(unborn, ERROR, 200)).toMatchObject({ attempts: 1, firstMs: 200 });
  });

  it("keeps the first time and moves the last", () => {
    const twice = failAttempt(failAttempt(unborn, ERROR, 100), ERROR, 900);
    expect(twice).toMatchObject({ attempts: 2, firstMs: 100, lastMs: 900 });
  });

  it("that is started again after a crash counts both", () => {
    expect(startAttempt(startAttempt(unborn, 100), 200)).toMatchObject({ attempts: 2 });
  });
});

describe("a start that is taken back", () => {
  it("leaves what was before it", () => {
    const before = failAttempt(unborn, ERROR, 100);
    const { lastMs, ...after } = undoStart(startAttempt(before, 200));
    expect(after).toEqual({ ...unborn, attempts: 1, firstMs: 100, error: ERROR });
    expect(lastMs).toBe(200);
  });

  it("leaves no first failure where there was none", () => {
    expect(undoStart(startAttempt(unborn, 200))).not.toHaveProperty("firstMs");
    expect(undoStart(unborn)).toStrictEqual(unborn);
    const started = { ...unborn, attempts: 2, open: true };
    expect(undoStart(started)).toStrictEqual({ ...unborn, attempts: 1 });
  });
});

describe("attempts are spent", () => {
  const spent = (attempts: number, seconds: number) =>
    attemptsAreSpent({ ...unborn, attempts, firstMs: 0 }, usualRules, seconds * 1_000);

  it("from 8 attempts over 10 minutes on", () => {
    expect(spent(8, 600)).toBe(true);
    expect(spent(7, 600)).toBe(false);
    expect(spent(8, 599)).toBe(false);
  });

  it("never without a first failure", () => {
    expect(attemptsAreSpent({ ...unborn, attempts: 99 }, usualRules, 1e15)).toBe(false);
  });
});

it("what left no outcome is told as that", () => {
  expect(NO_OUTCOME).toEqual({ name: "NoOutcome", message: "the function ended in mid-attempt" });
});

it("a death closes the life and says when and why", () => {
  expect(die(startAttempt(unborn, 100), "too old", 200)).toMatchObject({
    open: false,
    attempts: 1,
    dead: { atMs: 200, cause: "too old" },
  });
});
