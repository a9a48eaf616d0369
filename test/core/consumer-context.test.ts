import { describe, expect, test } from "vitest";
import { commitPatiently, isOutOfTime, reserveOf } from "../../lambdas/core/consumer-context.ts";
import { newRow } from "../../lambdas/core/ledger-row.ts";
import type { LedgerResult } from "../../lambdas/core/ports.ts";
import { makeWorld } from "./make-context.ts";

const write = { before: newRow("o1"), after: { ...newRow("o1"), rev: 1 }, effects: [] };

/** Commits against a table that gives these results, the last one for ever. */
const committing = async (results: readonly LedgerResult[], jitter = 0.5) => {
  const waits: number[] = [];
  const sleep = async (ms: number) => {
    waits.push(ms);
  };
  const world = makeWorld({ context: { clock: { nowMs: () => 0, sleep } } });
  world.random.value = jitter;
  let tries = 0;
  world.onCommit = async () => results[Math.min(tries++, results.length - 1)]!;
  const result = await commitPatiently(world.context, write);
  return { result, tries, waits };
};

describe("a commit", () => {
  test("is tried again while the table is busy, and only then", async () => {
    const error = { name: "E", message: "" };
    const answers: readonly LedgerResult[] = [
      { kind: "committed" },
      { kind: "changed", what: "row" },
      { kind: "refused" },
      { kind: "failed", retryable: true, error },
    ];
    for (const answer of answers) {
      expect(await committing([answer])).toEqual({ result: answer, tries: 1, waits: [] });
      expect(await committing([{ kind: "busy" }, answer])).toMatchObject({
        result: answer,
        tries: 2,
      });
    }
  });

  test("waits twice as long each time up to 100 ms, half of it by chance, and gives up after 24 tries", async () => {
    const { result, tries, waits } = await committing([{ kind: "busy" }], 0);
    expect({ result, tries }).toEqual({ result: { kind: "busy" }, tries: 24 });
    expect(waits).toEqual([5, 10, 20, 40, ...Array<number>(19).fill(50)]);
    expect((await committing([{ kind: "busy" }], 0.5)).waits.slice(0, 2)).toEqual([7.5, 15]);
    const longest = (await committing([{ kind: "busy" }], 1)).waits.reduce((a, b) => a + b);
    expect(longest).toBeLessThan(2_200);
  });
});

describe("the time that an invocation keeps for handing back", () => {
  test("is six seconds, and of a short one a quarter", () => {
    expect([30_000, 24_000, 12_000, 1_000].map(reserveOf)).toEqual([6_000, 6_000, 3_000, 250]);
  });

  test("begins when less is left than it needs", () => {
    const left = (remainingMs: number) =>
      isOutOfTime(makeWorld({ context: { remainingMs: () => remainingMs } }).context);
    expect([1_501, 1_500, 1_499].map(left)).toEqual([false, false, true]);
  });
});
