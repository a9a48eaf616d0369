import { describe, expect, it } from "vitest";
import { readArrival } from "../../lambdas/core/arrival.ts";
import { attempt } from "../../lambdas/core/attempt.ts";
import { NonRetryable } from "../../lambdas/core/consumer.ts";
import { type LedgerRow, type Life, newRow } from "../../lambdas/core/ledger-row.ts";
import type { LedgerResult, LedgerWrite } from "../../lambdas/core/ports.ts";
import {
  emptyBudget,
  fail,
  MINUTE_MS,
  makeWorld,
  putRow,
  START_MS,
  type World,
} from "./make-context.ts";
import { makeMessage, SENT_AT_MS } from "./make-message.ts";

const unborn: Life = {
  seq: 1,
  messageId: "o1-message-1",
  sentAtMs: SENT_AT_MS,
  attempts: 0,
  open: false,
};

const FAILED: LedgerResult = {
  kind: "failed",
  retryable: true,
  error: { name: "TimeoutError", message: "no reply" },
};

const attempting = async (
  world: World,
  given: { receiveCount?: number; life?: Life; row?: LedgerRow } = {},
) => {
  const { receiveCount = 1, life = unborn, row = newRow("o1") } = given;
  const writes: string[] = [];
  const { onCommit } = world;
  world.onCommit = (write, commit) => {
    writes.push(tell(write));
    return onCommit(write, commit);
  };
  const arrival = readArrival(makeMessage({ receiveCount }));
  const step = await attempt(world.context, { row, life, arrival });
  return { step, writes };
};

const tell = ({ before, after, budget }: LedgerWrite): string => {
  if (after.seq > before.seq) return "applied";
  if (budget !== undefined) return `dead of ${after.life?.attempts}`;
  return `${after.life?.open ? "start" : "outcome"} ${after.life?.attempts}`;
};

describe("an attempt that succeeds", () => {
  it("is one write at the first receive", async () => {
    expect((await attempting(makeWorld())).writes).toEqual(["applied"]);
  });

  it("is a start and a write from the second receive on", async () => {
    const { writes } = await attempting(makeWorld(), { receiveCount: 2 });
    expect(writes).toEqual(["start 1", "applied"]);
  });

  it("answers with the row as it is afterwards, and how late the event was", async () => {
    const { step } = await attempting(makeWorld());
    expect(step).toMatchObject({
      kind: "done",
      row: { seq: 1, rev: 1 },
      outcome: { kind: "applied", latencyMs: 1_000 },
    });
  });

  it("is never late by less than nothing, whatever the clocks say", async () => {
    const world = makeWorld();
    world.clock.nowMs = SENT_AT_MS - 5_000;
    expect((await attempting(world)).step).toMatchObject({ outcome: { latencyMs: 0 } });
  });
});

describe("an attempt that fails", () => {
  const failing = (shape: Parameters<typeof makeWorld>[0] = {}) => {
    const world = makeWorld(shape);
    world.behave = () => fail();
    return world;
  };

  it("is one write of its outcome at the first receive, counted once with a start before it", async () => {
    expect((await attempting(failing())).writes).toEqual(["outcome 1"]);
    expect((await attempting(failing(), { receiveCount: 2 })).writes).toEqual([
      "start 1",
      "outcome 1",
    ]);
  });

  it("names each write after its delivery, and counts it in the row's revision", async () => {
    const world = failing();
    const row = putRow(world, { rev: 4 });
    await attempting(world, { receiveCount: 2, row });
    expect(world.row()).toMatchObject({ rev: 6, by: "o1-message-1/2/life" });
  });

  it("answers with the row as it is afterwards: as it was, where its outcome was not written", async () => {
    expect((await attempting(failing())).step).toMatchObject({
      kind: "done",
      row: { rev: 1, life: { attempts: 1 } },
      outcome: { kind: "retried", withoutToken: false },
    });
    const away = failing();
    away.onCommit = async () => FAILED;
    expect((await attempting(away)).step).toMatchObject({ kind: "done", row: newRow("o1") });
  });

  it("for the last time writes its outcome with the decision", async () => {
    const world = failing();
    const life = { ...unborn, attempts: 7, firstMs: START_MS };
    world.clock.nowMs += 10 * MINUTE_MS;
    const { writes, step } = await attempting(world, { receiveCount: 8, life });
    expect(writes).toEqual(["start 8", "dead of 8"]);
    expect(step).toEqual({
      kind: "done",
      row: world.row(),
      outcome: { kind: "dead", cause: "attempts exhausted", decided: "now" },
    });
    expect(world.row()?.life?.error?.message).toBe("the downstream is away");
  });

  it("tells for how long the event has failed", async () => {
    const world = failing();
    world.clock.nowMs += 3 * MINUTE_MS;
    const first = await attempting(world);
    expect(first.step).toMatchObject({ outcome: { failingMs: 0 } });
    const life = { ...unborn, attempts: 1, firstMs: START_MS };
    const again = await attempting(world, { life, row: putRow(world, { rev: 4 }) });
    expect(again.step).toMatchObject({ outcome: { failingMs: 3 * MINUTE_MS } });
  });

  it("without a token writes its outcome all the same", async () => {
    const world = failing({ rules: { attempts: 1, failingSeconds: 0 } });
    await emptyBudget(world);
    const { step, writes } = await attempting(world);
    expect(writes).toEqual(["outcome 1"]);
    expect(step).toMatchObject({ outcome: { kind: "retried", withoutToken: true } });
  });

  it("because bounds refused and nothing was named otherwise counts, and says so", async () => {
    const world = makeWorld();
    world.onCommit = async (write, commit) =>
      write.after.seq > write.before.seq ? { kind: "refused" } : commit(write);
    const { step } = await attempting(world);
    const message = "the bounds of an effect refused it and the handler names nothing otherwise";
    expect(step).toMatchObject({
      outcome: { kind: "retried", error: { name: "Refused", message } },
    });
  });
});

describe("an attempt whose row has changed is looked at again", () => {
  const changed = (behave: World["behave"] = () => {}) => {
    const world = makeWorld();
    world.behave = behave;
    putRow(world, { seq: 1, rev: 4 });
    return world;
  };

  it.each([
    ["at its start", changed(), 2],
    ["when it would be applied", changed(), 1],
    ["when its failure would be written", changed(() => fail()), 1],
    [
      "when it would be decided dead",
      changed(() => {
        throw new NonRetryable("never");
      }),
      1,
    ],
  ])("%s", async (_when, world, receiveCount) => {
    const before = world.row();
    expect((await attempting(world, { receiveCount })).step).toEqual({ kind: "changed" });
    expect(world.row()).toEqual(before);
    expect(world.handled).toHaveLength(receiveCount === 1 ? 1 : 0);
  });
});

describe("an attempt that the table does not take", () => {
  const BUSY: LedgerResult = { kind: "busy" };
  const later = (reason: string) => ({ kind: "postponed", until: "later", reason });

  it("is put off with its row as it is: its start taken back, or not where that failed too", async () => {
    const world = makeWorld();
    world.onCommit = async (write, commit) =>
      write.after.seq > write.before.seq ? BUSY : commit(write);
    expect((await attempting(world, { receiveCount: 2 })).step).toEqual({
      kind: "done",
      row: world.row(),
      outcome: later("conflict or throttle"),
    });
    expect(world.row()).toMatchObject({ rev: 2, life: { attempts: 0, open: false } });

    const stuck = makeWorld();
    stuck.onCommit = async (write, commit) => (write.before.rev === 0 ? commit(write) : BUSY);
    expect((await attempting(stuck, { receiveCount: 2 })).step).toEqual({
      kind: "done",
      row: stuck.row(),
      outcome: later("conflict or throttle"),
    });
    expect(stuck.row()).toMatchObject({ rev: 1, life: { attempts: 1, open: true } });
  });

  it("is put off before it runs when its start cannot be recorded", async () => {
    const world = makeWorld();
    world.onCommit = async () => FAILED;
    expect((await attempting(world, { receiveCount: 2 })).step).toEqual({
      kind: "done",
      row: newRow("o1"),
      outcome: later("the start cannot be recorded"),
    });
    expect(world.handled).toEqual([]);
  });
});

describe("a start without an outcome", () => {
  const open: Life = { ...unborn, attempts: 8, open: true, firstMs: START_MS };

  it("is judged without running the handler once its attempts are spent", async () => {
    const world = makeWorld();
    world.clock.nowMs += 10 * MINUTE_MS;
    const { step, writes } = await attempting(world, { receiveCount: 9, life: open });
    expect(writes).toEqual(["dead of 8"]);
    expect(step).toMatchObject({ outcome: { kind: "dead", cause: "crash or timeout" } });
    expect(world.handled).toEqual([]);
  });

  it("is run again before that", async () => {
    const world = makeWorld();
    const { writes } = await attempting(world, { receiveCount: 9, life: open });
    expect(writes).toEqual(["start 9", "applied"]);
  });
});
