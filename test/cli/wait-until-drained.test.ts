import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { waitUntilDrained } from "../../cli/wait-until-drained.ts";
import { makeOrder } from "../core/make-order.ts";
import { hasDynoxide, startDynoxide } from "../emulators/start-dynoxide.ts";
import { appliedRow, CONSUMERS, deadRow, makeStage } from "./make-stage.ts";

describe.skipIf(!hasDynoxide)("waiting until all is done", () => {
  let dynoxide: Awaited<ReturnType<typeof startDynoxide>>;
  let world: Awaited<ReturnType<typeof makeStage>>;

  beforeEach(async () => {
    dynoxide = await startDynoxide();
    world = await makeStage(dynoxide.client, CONSUMERS.slice(0, 2));
    await world.put("orders", makeOrder(["pay"], "a"));
  });
  afterEach(async () => {
    await world.stop();
    await dynoxide.stop();
  });

  /** Takes one of these after each look; each must be looked at before the next. */
  const waitWhile = async (steps: readonly (() => unknown)[]) => {
    const seen: string[] = [];
    const audit = await waitUntilDrained(world.stage, {
      stallSeconds: 120,
      onProgress: (settled, total) => {
        void steps[seen.length]?.();
        seen.push(`${settled}/${total}`);
      },
    });
    return { audit, looks: seen.length, last: seen.at(-1) };
  };

  it("ends when every consumer has everything and no queue holds a message", async () => {
    const { audit, looks, last } = await waitWhile([
      () => world.putRow("inventory", appliedRow("a", 2)),
      () => world.putRow("loyalty", appliedRow("a", 1)),
      () => world.depths.set("loyalty", 1),
      () => world.putRow("loyalty", appliedRow("a", 2)),
      () => world.depths.set("loyalty", 0),
    ]);
    expect(audit.ok).toBe(true);
    expect(looks).toBeGreaterThan(5);
    expect(last).toBe("4/4");
  });

  it("waits for the followers of a dead event to reach the dead-letter queue", async () => {
    await world.putRow("inventory", appliedRow("a", 2));
    await world.putRow("loyalty", deadRow("a", 0));
    const { audit, looks } = await waitWhile([
      () => world.depths.set("loyalty", 2),
      () => world.depths.set("loyalty-dead", 1),
      () => world.depths.set("loyalty", 0),
      () => world.depths.set("loyalty-dead", 2),
    ]);
    expect(looks).toBeGreaterThan(4);
    expect(audit.ok).toBe(true);
  });

  it("says who is behind when nothing moves any more", async () => {
    await world.putRow("inventory", appliedRow("a", 2));
    world.depths.set("loyalty", 3);
    world.depths.set("parking", 1);
    const waiting = waitUntilDrained(world.stage, { stallSeconds: 0.1 });
    await expect(waiting).rejects.toThrow(
      "nothing has moved for 0.1 s: loyalty is behind on 1 orders (such as a) with 3 messages " +
        "waiting; the relay has parked 1 entries that it cannot send. Look at",
    );
  });

  it("stops when it is told to", async () => {
    const stop = new AbortController();
    const waiting = waitUntilDrained(world.stage, {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(waiting).rejects.toThrow(/abort/);
  });
});
