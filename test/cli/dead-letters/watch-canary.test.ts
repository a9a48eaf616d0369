import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { watchCanary } from "../../../cli/dead-letters/watch-canary.ts";
import type { LedgerRow, Life } from "../../../lambdas/core/ledger-row.ts";
import { type Dynoxide, hasDynoxide, startDynoxide } from "../../emulators/start-dynoxide.ts";
import { appliedRow, makeStage } from "../make-stage.ts";

describe.skipIf(!hasDynoxide)("the canary of a redrive", () => {
  let dynoxide: Dynoxide;
  let world: Awaited<ReturnType<typeof makeStage>>;
  beforeAll(async () => {
    dynoxide = await startDynoxide();
    world = await makeStage(dynoxide.client);
  });
  afterAll(async () => {
    await world.stop();
    await dynoxide.stop();
  });

  const life = (messageId: string, over: Partial<Life> = {}): Life => ({
    ...{ seq: 2, messageId, sentAtMs: 1, attempts: 1, open: false, ...over },
  });
  const failed = { error: { name: "Refused", message: "no" } };
  const watch = async (
    row: LedgerRow,
    { seconds = 0.3, signal = new AbortController().signal, sentIds = ["new"] } = {},
  ) => {
    await world.putRow("fraud", row);
    return watchCanary(world.stage, {
      ...{ consumer: "fraud", orderId: row.orderId, upToSequence: 3 },
      ...{ sentIds: new Set(sentIds), seconds, signal },
    });
  };

  it("is well when the consumer has come to its last event", async () => {
    expect(await watch(appliedRow("a", 3))).toEqual({ kind: "applied", orderId: "a" });
    expect(await watch(appliedRow("b", 4))).toMatchObject({ kind: "applied" });
  });

  it("has failed with the first attempt that failed, and says of what", async () => {
    const row = { ...appliedRow("c", 1), life: life("new", failed) };
    expect(await watch(row)).toEqual({ kind: "failed", orderId: "c", sequence: 2, ...failed });
    const dead = { dead: { atMs: 1, cause: "too old" } } as const;
    const decided = { ...appliedRow("d", 1), life: life("new", dead) };
    expect(await watch(decided)).toMatchObject({ kind: "failed", error: { name: "too old" } });
  });

  it("does not fail by what its row says of its former life", async () => {
    const row = { ...appliedRow("e", 1), life: life("old", failed) };
    const unknown = { kind: "unknown", orderId: "e", waitedSeconds: 0.3 };
    expect(await watch(row)).toEqual(unknown);
  });

  it("is looked for under its new id where its body cannot be read", async () => {
    await world.putRow("fraud", {
      ...{ orderId: "#message/new", seq: 0, rev: 1 },
      life: life("new", { ...failed, seq: 1 }),
    });
    expect(await watch({ orderId: "#message/old", seq: 0, rev: 1 })).toMatchObject({
      ...{ kind: "failed", orderId: "#message/old", sequence: 1 },
    });
  });

  it("is waited for no longer when the run is to stop", async () => {
    const signal = AbortSignal.abort();
    expect(await watch(appliedRow("f", 1), { signal })).toEqual({
      ...{ kind: "interrupted", orderId: "f" },
    });
  });
});
