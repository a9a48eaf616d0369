import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readTimeline } from "../../cli/order/read-timeline.ts";
import type { LedgerRow } from "../../lambdas/core/ledger-row.ts";
import { makeOrder } from "../core/make-order.ts";
import { hasDynoxide, startDynoxide } from "../emulators/start-dynoxide.ts";
import { appliedRow, CONSUMERS, deadRow, makeStage } from "./make-stage.ts";

const failing = (seq: number, open: boolean): LedgerRow => ({
  ...appliedRow("a", seq),
  life: {
    ...{ seq: seq + 1, messageId: "m", sentAtMs: 5, attempts: 2, open },
    ...{ firstMs: 6, lastMs: 7, error: { name: "TypeError", message: "no such thing" } },
  },
});

describe.skipIf(!hasDynoxide)("the timeline of an order", () => {
  let dynoxide: Awaited<ReturnType<typeof startDynoxide>>;
  let world: Awaited<ReturnType<typeof makeStage>>;

  beforeEach(async () => {
    dynoxide = await startDynoxide();
    world = await makeStage(dynoxide.client);
    await world.put("orders", makeOrder(["pay", "ship"], "a"));
    await world.put("orders", makeOrder([], "b"));
  });
  afterEach(async () => {
    await world.stop();
    await dynoxide.stop();
  });

  const at = async (consumer: string) => {
    const timeline = await readTimeline(world.stage, "a");
    return timeline?.consumers.find((progress) => progress.consumer === consumer);
  };

  it("tells every event with its time, in order", async () => {
    const order = makeOrder(["pay", "ship"], "a");
    expect(await readTimeline(world.stage, "a")).toMatchObject({
      ...{ orderId: "a", status: "shipped", version: 3 },
      events: order.events.map(({ id, type, time }, index) => ({
        ...{ sequence: index + 1, id, type, time },
      })),
      consumers: CONSUMERS.map(({ name }) => ({ consumer: name })),
    });
  });

  it("is none where there is no such order", async () => {
    expect(await readTimeline(world.stage, "nobody")).toBeUndefined();
  });

  it("tells how far a consumer is, and when it applied its last event", async () => {
    await world.putRow("loyalty", { ...appliedRow("a", 3), appliedAtMs: 77 });
    expect(await at("loyalty")).toEqual({
      ...{ consumer: "loyalty", applied: 3, appliedAtMs: 77, followers: 0, discarded: [] },
      ...{ standing: { kind: "done" }, judged: "whole" },
    });
  });

  it("says no more than that it has not come of an event that a consumer has not touched", async () => {
    expect(await at("loyalty")).toMatchObject({
      ...{ applied: 0, followers: 2, standing: { kind: "behind", seq: 1 } },
    });
    await world.putRow("loyalty", appliedRow("a", 2));
    expect(await at("loyalty")).toMatchObject({
      ...{ applied: 2, followers: 0, standing: { kind: "behind", seq: 3 } },
    });
  });

  it("is the audit's judgement of what is late", async () => {
    const [{ time } = { time: "" }] = makeOrder(["pay", "ship"], "a").events;
    const judgedAt = async (ms: number) => {
      const nowMs = () => Date.parse(time) + ms;
      return (await readTimeline(world.stage, "a", { nowMs }))?.consumers[0]?.judged;
    };
    expect([await judgedAt(60_000), await judgedAt(3_600_000)]).toEqual(["young", "behind"]);
  });

  it("tells what a consumer does not handle, and counts none of it as missing", async () => {
    const handling = (handles: string[]) => {
      const Consumers = CONSUMERS.map((consumer) => ({ ...consumer, handles }));
      return { ...world.stage, outputs: { ...world.stage.outputs, Consumers } };
    };
    await world.putRow("loyalty", appliedRow("a", 1));
    const progress = async (...handles: string[]) =>
      (await readTimeline(handling(handles), "a"))?.consumers.find(
        ({ consumer }) => consumer === "loyalty",
      );
    expect(await progress("order.created")).toMatchObject({
      ...{ applied: 1, standing: { kind: "done" }, ignored: [2, 3], followers: 0 },
    });
    expect(await progress("order.shipped")).toMatchObject({
      ...{ applied: 1, standing: { kind: "behind", seq: 3 }, ignored: [1, 2], followers: 0 },
    });
  });

  it("tells what died, of what, and what waits behind it", async () => {
    await world.putRow("loyalty", deadRow("a", 1));
    expect(await at("loyalty")).toMatchObject({
      ...{ applied: 1, followers: 1 },
      standing: { kind: "dead", seq: 2, attempts: 8, cause: "not retryable", deadAtMs: 1 },
    });
  });

  it("tells what is tried again from what is being tried", async () => {
    await world.putRow("loyalty", failing(1, false));
    await world.putRow("fraud", failing(1, true));
    const tried = { seq: 2, messageId: "m", sentAtMs: 5, attempts: 2, firstMs: 6, lastMs: 7 };
    const error = { name: "TypeError", message: "no such thing" };
    expect((await at("loyalty"))?.standing).toEqual({ kind: "retrying", ...tried, error });
    expect((await at("fraud"))?.standing).toEqual({ kind: "running", ...tried, error });
  });

  it("does not take the life of an event that was applied for the next one's", async () => {
    const { life } = deadRow("a", 1);
    await world.putRow("loyalty", { ...appliedRow("a", 2), ...(life && { life }) });
    expect((await at("loyalty"))?.standing).toEqual({ kind: "behind", seq: 3 });
  });

  it("tells what an operator gave up, and why", async () => {
    const given = { cause: "invalid", who: "ada", why: "a test order", atMs: 9 } as const;
    await world.putRow("loyalty", { ...appliedRow("a", 3), discarded: [{ seq: 2, ...given }] });
    expect(await at("loyalty")).toMatchObject({
      ...{ standing: { kind: "done" }, discarded: [{ seq: 2, ...given }] },
    });
  });

  it("is found in a table of the user's own", async () => {
    const outputs = { ...world.stage.outputs, OrdersTable: "points", OutboxAttribute: "outbox" };
    await world.put("points", { customerId: "HEAD", outbox: makeOrder(["cancel"], "own") });
    const own = { ...world.stage, outputs };
    expect(await readTimeline(own, "own")).toMatchObject({ orderId: "own", version: 2 });
    expect(await readTimeline(own, "a")).toBeUndefined();
  });

  it("refuses an item that is no order, and says what is wrong with it", async () => {
    await world.put("orders", { ...makeOrder([], "z"), version: 3 });
    await expect(readTimeline(world.stage, "z")).rejects.toThrow(/^order z is faulty: .*check/);
  });
});
