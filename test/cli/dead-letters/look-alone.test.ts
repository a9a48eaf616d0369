import { type GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { lookAlone } from "../../../cli/dead-letters/look-alone.ts";
import { LEASE_KEY, leaseHolder, takeLease } from "../../../cli/dead-letters/redrive-lease.ts";
import type { Stage } from "../../../cli/stage-clients.ts";
import { type Dynoxide, hasDynoxide, startDynoxide } from "../../emulators/start-dynoxide.ts";
import { until } from "../../emulators/until.ts";
import { makeStage } from "../make-stage.ts";

describe.skipIf(!hasDynoxide)("a look into dead letters", () => {
  let dynoxide: Dynoxide;
  let world: Awaited<ReturnType<typeof makeStage>>;
  let consumer = "";

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
  });

  it("is nobody else's meanwhile, and waits for another's", async () => {
    const now = { looking: 0, most: 0 };
    const look = async () => {
      now.most = Math.max(now.most, ++now.looking);
      expect(await leaseHolder(world.stage, consumer)).toBeDefined();
      now.looking--;
      return "seen";
    };
    const looks = await Promise.all(
      Array.from({ length: 3 }, () => lookAlone(world.stage, consumer, {}, look)),
    );
    expect(looks).toEqual(looks.map(() => ({ kind: "looked", value: "seen" })));
    expect(now.most).toBe(1);
    expect(await leaseHolder(world.stage, consumer)).toBeUndefined();
  });

  it("is not begun while a run is at work", async () => {
    const run = await takeLease(world.stage, consumer, { act: "redrive", holder: "ada" });
    const look = await lookAlone(world.stage, consumer, {}, () =>
      Promise.reject(new Error("begun")),
    );
    expect(look).toMatchObject({ kind: "leased", by: { holder: "ada" } });
    if (run.kind === "held") await run.lease.release();
  });

  it("that fails gives the lease back", async () => {
    const look = lookAlone(world.stage, consumer, {}, () => Promise.reject(new Error("no queue")));
    await expect(look).rejects.toThrow("no queue");
    expect(await leaseHolder(world.stage, consumer)).toBeUndefined();
  });

  it("is told when another has taken the lease over", async () => {
    const other = { holder: "bob", act: "redrive", token: "another", sinceMs: 0 };
    const look = lookAlone(world.stage, consumer, { leaseSeconds: 0.3 }, async (signal) => {
      const heldUntilMs = Date.now() + 60_000;
      await world.put("dedup", { orderId: LEASE_KEY, consumer, ...other, heldUntilMs });
      await until("it is told", () => signal?.aborted === true);
      return "told";
    });
    expect(await look).toEqual({ kind: "looked", value: "told" });
    expect(await leaseHolder(world.stage, consumer)).toMatchObject({ holder: "bob" });
  });

  it("goes on without the lease for who may not write it, and not beside a run", async () => {
    const denied = Object.assign(new Error("no"), { name: "AccessDeniedException" });
    const send = async (command: unknown) => {
      if (command instanceof PutItemCommand) throw denied;
      return dynoxide.client.send(command as GetItemCommand);
    };
    const stage = { ...world.stage, dynamo: { send } } as unknown as Stage;
    const run = await takeLease(world.stage, consumer, { act: "redrive", holder: "ada" });
    const beside = lookAlone(stage, consumer, {}, () => Promise.reject(new Error("begun")));
    expect(await beside).toMatchObject({ kind: "leased", by: { holder: "ada" } });
    if (run.kind === "held") await run.lease.release();
    expect(await lookAlone(stage, consumer, {}, async () => "seen")).toMatchObject({
      value: "seen",
    });
  });
});
