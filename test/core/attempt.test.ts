import { describe, expect, it } from "vitest";
import { readArrival } from "../../lambdas/core/arrival.ts";
import { attempt } from "../../lambdas/core/attempt.ts";
import { type LedgerRow, type Life, newRow } from "../../lambdas/core/ledger-row.ts";
import type { LedgerWrite } from "../../lambdas/core/ports.ts";
import { emptyBudget, fail, MINUTE_MS, makeWorld, START_MS, type World } from "./make-context.ts";
import { makeMessage, SENT_AT_MS } from "./make-message.ts";

const unborn: Life = {
  seq: 1,
  messageId: "o1-message-1",
  sentAtMs: SENT_AT_MS,
  attempts: 0,
  open: false,
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

  it("for the last time writes its outcome with the decision", async () => {
    const world = failing();
    const life = { ...unborn, attempts: 7, firstMs: START_MS };
    world.clock.nowMs += 10 * MINUTE_MS;
    const { writes } = await attempting(world, { receiveCount: 8, life });
    expect(writes).toEqual(["start 8", "dead of 8"]);
    expect(world.row()?.life?.error?.message).toBe("the downstream is away");
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
    expect(step).toMatchObject({ outcome: { kind: "retried", error: { name: "Refused" } } });
  });

  it("is looked at again when the row has changed", async () => {
    const world = failing();
    world.tables.rows("test").set("o1", { orderId: "o1", seq: 1, rev: 4 });
    expect((await attempting(world)).step).toMatchObject({ kind: "changed" });
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
