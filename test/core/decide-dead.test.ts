import { describe, expect, it } from "vitest";
import { readArrival } from "../../lambdas/core/arrival.ts";
import { decideDead } from "../../lambdas/core/decide-dead.ts";
import { type Life, newRow } from "../../lambdas/core/ledger-row.ts";
import type { LedgerResult } from "../../lambdas/core/ports.ts";
import { emptyBudget, fail, makeWorld, START_MS, type World } from "./make-context.ts";
import { makeMessage, SENT_AT_MS } from "./make-message.ts";

const life: Life = {
  seq: 1,
  messageId: "o1-message-1",
  sentAtMs: SENT_AT_MS,
  attempts: 8,
  open: false,
};
const arrival = readArrival(makeMessage());
const decide = (world: World, context = world.context) =>
  decideDead(context, newRow("o1"), arrival, { life, cause: "attempts exhausted" });

describe("a dead decision", () => {
  it("is on the row with its cause and time, and the budget has a token fewer", async () => {
    const world = makeWorld();
    expect(await decide(world)).toMatchObject({ kind: "decided" });
    expect(world.row()).toMatchObject({
      seq: 0,
      rev: 1,
      by: "o1-message-1/1/dead",
      life: { ...life, dead: { atMs: START_MS, cause: "attempts exhausted" } },
    });
    expect(world.row()).not.toHaveProperty("expiresAt");
    expect(await world.ledger.readBudget()).toMatchObject({ tokens: 4 });
  });

  it("is not made without a token, and says that this is why", async () => {
    const world = makeWorld();
    await emptyBudget(world);
    expect(await decide(world)).toEqual({ kind: "undecided", withoutToken: true });
    expect(world.row()).toBeUndefined();
  });

  it("spends no token when the row has changed", async () => {
    const world = makeWorld();
    world.tables.rows("test").set("o1", { orderId: "o1", seq: 1, rev: 3 });
    expect(await decide(world)).toEqual({ kind: "changed" });
    expect(await world.ledger.readBudget()).toMatchObject({ rev: 0 });
  });

  it("is not made while the budget cannot be read or the table takes no write", async () => {
    const undecided = { kind: "undecided", withoutToken: false };
    const world = makeWorld();
    const ledger = { ...world.context.ledger, readBudget: async () => fail("no table") };
    expect(await decide(world, { ...world.context, ledger })).toEqual(undecided);
    const error = { name: "E", message: "" };
    for (const result of [
      { kind: "busy" },
      { kind: "failed", retryable: true, error },
    ] satisfies LedgerResult[]) {
      world.onCommit = async () => result;
      expect(await decide(world)).toEqual(undecided);
    }
  });

  it("that the table refuses is not asked for again", async () => {
    const world = makeWorld();
    let commits = 0;
    world.onCommit = async () => {
      commits++;
      return { kind: "failed", retryable: true, error: { name: "E", message: "" } };
    };
    await decide(world);
    expect(commits).toBe(1);
  });

  it("reads the budget again when it changed, and gives up after a few times", async () => {
    const world = makeWorld();
    let commits = 0;
    world.onCommit = async () => {
      commits++;
      return { kind: "changed", what: "budget" };
    };
    expect(await decide(world)).toEqual({ kind: "undecided", withoutToken: false });
    expect(commits).toBe(5);
  });
});
