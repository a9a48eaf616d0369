import { describe, expect, it } from "vitest";
import { earnTokens } from "../../lambdas/core/earn-tokens.ts";
import type { Outcome } from "../../lambdas/core/outcome.ts";
import type { Ledger } from "../../lambdas/core/ports.ts";
import { emptyBudget, fail, makeWorld } from "./make-context.ts";

const applied = (count: number): { outcome: Outcome }[] =>
  Array.from({ length: count }, () => ({ outcome: { kind: "applied", latencyMs: 1 } }));

const WINS = 0.0049;
const LOSES = 0.005;

describe("earning the dead-letter budget its tokens", () => {
  it("draws lots, one in 200, for each applied event", async () => {
    const world = makeWorld();
    await emptyBudget(world);
    world.random.value = LOSES;
    await earnTokens(world.context, applied(10));
    expect(await world.ledger.readBudget()).toMatchObject({ rev: 1, tokens: 0 });
    world.random.value = WINS;
    await earnTokens(world.context, applied(1));
    expect(await world.ledger.readBudget()).toMatchObject({ rev: 2, tokens: 1 });
  });

  it("writes once a batch at most, however many were won", async () => {
    const world = makeWorld();
    await emptyBudget(world);
    world.random.value = WINS;
    await earnTokens(world.context, applied(3));
    expect(await world.ledger.readBudget()).toMatchObject({ rev: 2, tokens: 3, earned: 3 });
  });

  it("gives at most five a minute", async () => {
    const world = makeWorld({
      rules: { budget: { ...makeWorld().context.rules.budget, capacity: 100 } },
    });
    await emptyBudget(world);
    world.random.value = WINS;
    await earnTokens(world.context, applied(10));
    await earnTokens(world.context, applied(10));
    expect(await world.ledger.readBudget()).toMatchObject({ tokens: 5 });
    world.clock.nowMs += 60_000;
    await earnTokens(world.context, applied(1));
    expect(await world.ledger.readBudget()).toMatchObject({ tokens: 6 });
  });

  /** A world whose bucket is read and written only under a count. */
  const counting = (remainingMs = 30_000) => {
    const world = makeWorld({ context: { remainingMs: () => remainingMs } });
    const calls = { reads: 0, writes: 0 };
    const ledger: Ledger = {
      ...world.ledger,
      readBudget: () => {
        calls.reads++;
        return world.ledger.readBudget();
      },
      commitBudget: (before, after) => {
        calls.writes++;
        return world.ledger.commitBudget(before, after);
      },
    };
    const earn = (count: number) => earnTokens({ ...world.context, ledger }, applied(count));
    return { world, calls, earn };
  };

  it("costs not even a read when nothing was won, nor when no time is left", async () => {
    const unlucky = counting();
    unlucky.world.random.value = LOSES;
    await unlucky.earn(10);
    expect(unlucky.calls).toEqual({ reads: 0, writes: 0 });

    const late = counting(1_000);
    await emptyBudget(late.world);
    late.world.random.value = WINS;
    await late.earn(10);
    expect(late.calls).toEqual({ reads: 0, writes: 0 });
  });

  it("writes nothing when the bucket is full", async () => {
    const { world, calls, earn } = counting();
    world.random.value = WINS;
    await earn(3);
    expect(calls).toEqual({ reads: 1, writes: 0 });
  });

  it("is for applied events alone: duplicates and failures earn nothing", async () => {
    const world = makeWorld();
    await emptyBudget(world);
    world.random.value = WINS;
    const error = { name: "Error", message: "" };
    await earnTokens(world.context, [
      { outcome: { kind: "duplicate" } },
      { outcome: { kind: "retried", error, withoutToken: true, failingMs: 0 } },
      { outcome: { kind: "dead", cause: "invalid", decided: "now" } },
    ]);
    expect(await world.ledger.readBudget()).toMatchObject({ tokens: 0 });
  });

  it("does not fail the batch when the budget cannot be read", async () => {
    const world = makeWorld();
    world.random.value = WINS;
    const context = {
      ...world.context,
      ledger: { ...world.ledger, readBudget: async () => fail("no table") },
    };
    await expect(earnTokens(context, applied(1))).resolves.toBeUndefined();
  });
});
