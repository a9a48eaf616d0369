import { describe, expect, it } from "vitest";
import { readArrival } from "../../lambdas/core/arrival.ts";
import { consumeEvent } from "../../lambdas/core/consume-event.ts";
import { newRow } from "../../lambdas/core/ledger-row.ts";
import { fail, makeWorld, putRow, START_MS, type World } from "./make-context.ts";
import { type MessageShape, makeMessage, SENT_AT_MS } from "./make-message.ts";

const consume = (world: World, shape: MessageShape = {}, row = newRow("o1")) =>
  consumeEvent(world.context, row, { arrival: readArrival(makeMessage(shape)) });

describe("an event is looked at again", () => {
  it("when its row was read too early: then it is what the row now says", async () => {
    const world = makeWorld();
    putRow(world, { seq: 1 });
    const { row, outcome } = await consume(world);
    expect(outcome).toEqual({ kind: "duplicate" });
    expect(row).toMatchObject({ seq: 1, rev: 1 });
  });

  it("and applied when only its life has changed", async () => {
    const world = makeWorld();
    const life = { seq: 1, messageId: "a", sentAtMs: SENT_AT_MS - 9, attempts: 3, open: false };
    putRow(world, { rev: 3, life });
    const { row, outcome } = await consume(world);
    expect(outcome.kind).toBe("applied");
    expect(row).toMatchObject({ seq: 1, rev: 4 });
  });

  it("and parked when its row was deleted meanwhile", async () => {
    const before = { ...newRow("o1"), seq: 2, rev: 2 };
    const { outcome } = await consume(makeWorld(), { sequence: 3 }, before);
    expect(outcome).toEqual({ kind: "parked", reason: "out of sequence" });
  });

  it("a few times only, and then later", async () => {
    const world = makeWorld();
    let commits = 0;
    world.onCommit = async () => {
      commits++;
      return { kind: "changed", what: "row" };
    };
    const reason = "the row keeps changing";
    expect((await consume(world)).outcome).toEqual({ kind: "postponed", until: "later", reason });
    expect(commits).toBe(5);
  });

  it("later, when the row cannot be read again", async () => {
    const world = makeWorld({
      context: {
        ledger: {
          ...makeWorld().ledger,
          commit: async () => ({ kind: "changed", what: "row" }),
          read: async () => fail("no table"),
        },
      },
    });
    expect((await consume(world)).outcome).toMatchObject({ kind: "postponed", until: "later" });
  });
});

describe("a dead decision is told of as new", () => {
  const dead = { atMs: START_MS, cause: "invalid" } as const;
  const life = {
    seq: 1,
    messageId: "o1-message-1",
    sentAtMs: SENT_AT_MS,
    attempts: 1,
    open: false,
  };

  it("only by the delivery that made it", async () => {
    const world = makeWorld();
    const row = putRow(world, { life: { ...life, dead }, by: "o1-message-1/3/dead" });
    const decidedAt = async (receiveCount: number) =>
      (await consume(world, { receiveCount }, row)).outcome;
    expect(await decidedAt(3)).toEqual({ kind: "dead", cause: "invalid", decided: "now" });
    expect(await decidedAt(4)).toEqual({ kind: "dead", cause: "invalid", decided: "before" });
  });
});

it("an event that is not due needs no time", async () => {
  const world = makeWorld({ context: { remainingMs: () => 0 } });
  expect((await consume(world, { sequence: 2 })).outcome.kind).toBe("parked");
  const reason = "no time left";
  expect((await consume(world)).outcome).toEqual({ kind: "postponed", until: "soon", reason });
});
