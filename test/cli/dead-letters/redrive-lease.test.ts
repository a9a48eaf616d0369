import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  LEASE_KEY,
  LOOK,
  leaseHolder,
  leaseWorker,
  takeLease,
  waitForLease,
} from "../../../cli/dead-letters/redrive-lease.ts";
import { type Dynoxide, hasDynoxide, startDynoxide } from "../../emulators/start-dynoxide.ts";
import { until } from "../../emulators/until.ts";
import { makeStage } from "../make-stage.ts";

describe.skipIf(!hasDynoxide)("the lease on a consumer's dead letters", () => {
  let dynoxide: Dynoxide;
  let world: Awaited<ReturnType<typeof makeStage>>;
  let consumer = "";
  let nowMs = 1_000_000;
  const clock = () => nowMs;
  type Over = { leaseSeconds?: number; act?: string; signal?: AbortSignal };
  const take = async (holder: string, over: Over = {}) =>
    takeLease(world.stage, consumer, { act: "redrive", holder, nowMs: clock, ...over });
  const held = async (holder: string, over: Over = {}) => {
    const result = await take(holder, over);
    if (result.kind !== "held") throw new Error(`held by ${result.by.holder}`);
    return result.lease;
  };

  beforeAll(async () => {
    dynoxide = await startDynoxide();
    world = await makeStage(dynoxide.client);
  });
  afterAll(async () => {
    await world.stop();
    await dynoxide.stop();
  });
  beforeEach(({ task }) => {
    consumer = task.id;
    nowMs = 1_000_000;
  });

  it("is one operator's, until that one gives it back", async () => {
    const lease = await held("ada");
    const second = await take("bob");
    expect(second).toMatchObject({ kind: "taken", by: { holder: "ada", act: "redrive" } });
    if (second.kind === "taken") expect(second.by.heldUntilMs).toBe(nowMs + 45_000);
    expect(await leaseHolder(world.stage, consumer, nowMs)).toMatchObject({ holder: "ada" });
    await lease.release();
    expect(await leaseHolder(world.stage, consumer, nowMs)).toBeUndefined();
    await (await held("bob")).release();
  });

  it("of one consumer is none of another's", async () => {
    const lease = await held("ada");
    consumer = `${consumer}-other`;
    await (await held("bob")).release();
    await lease.release();
  });

  it("can be taken over when its holder has not renewed it, and not a moment before", async () => {
    const lease = await held("ada");
    nowMs += 45_000;
    expect((await take("bob")).kind).toBe("taken");
    nowMs += 1;
    const taken = await held("bob");
    // The late one does not free what is another's.
    await lease.release();
    expect(await leaseHolder(world.stage, consumer, nowMs)).toMatchObject({ holder: "bob" });
    await taken.release();
  });

  it("is renewed for as long as it is held", async () => {
    const lease = await held("ada", { leaseSeconds: 0.3 });
    nowMs += 200;
    await until("it is renewed", () => leaseHolder(world.stage, consumer, nowMs + 150));
    expect(lease.lost.aborted).toBe(false);
    await lease.release();
  });

  it("tells its holder when another has taken it over", async () => {
    const lease = await held("ada", { leaseSeconds: 0.3 });
    const Item = {
      ...{ orderId: LEASE_KEY, consumer, holder: "bob", act: "redrive", token: "another" },
      ...{ sinceMs: nowMs, heldUntilMs: nowMs + 60_000 },
    };
    await world.put("dedup", Item);
    await until("it is told", () => lease.lost.aborted);
    expect(lease.lost.reason.message).toMatch(/bob has taken/);
    await lease.release();
    expect(await leaseHolder(world.stage, consumer, nowMs)).toMatchObject({ holder: "bob" });
  });

  it("that somebody holds for a look is waited for, and a run's is not", async () => {
    const look = await held("ada", { act: LOOK });
    const ends: string[] = [];
    const run = held("bob").then((lease) => {
      ends.push("bob's run");
      return lease;
    });
    const list = leaseWorker(world.stage, consumer, { nowMs: clock }).then((by) => {
      ends.push("a list");
      return by;
    });
    expect(await leaseHolder(world.stage, consumer, nowMs)).toMatchObject({ holder: "ada" });
    expect(ends).toEqual([]);
    await look.release();
    const lease = await run;
    // It came between the two, or saw the run.
    expect([undefined, "bob"]).toContain((await list)?.holder);
    expect(await take("cid", { act: LOOK })).toMatchObject({
      kind: "taken",
      by: { holder: "bob" },
    });
    await lease.release();
  });

  it("of a look is waited for until one is told to stop", async () => {
    const look = await held("ada", { act: LOOK });
    const told = await take("bob", { signal: AbortSignal.abort() });
    expect(told).toMatchObject({ kind: "taken", by: { holder: "ada" } });
    await look.release();
  });

  it("is waited for, and who holds it is told once", async () => {
    nowMs = Date.now();
    const lease = await held("ada");
    const told: string[] = [];
    const { signal } = new AbortController();
    const onWait = ({ holder }: { readonly holder: string }) => told.push(holder);
    const waiting = waitForLease(world.stage, consumer, { signal, onWait });
    await until("it is told", () => told.length > 0);
    await lease.release();
    await waiting;
    expect(told).toEqual(["ada"]);
  });
});
