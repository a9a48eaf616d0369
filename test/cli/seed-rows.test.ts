import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { auditOrders } from "../../cli/audit/audit-orders.ts";
import { type Seed, seedRows } from "../../cli/seed-rows.ts";
import { dynamoLedger } from "../../lambdas/aws/dynamo-ledger.ts";
import { composePublication } from "../../lambdas/core/compose-event.ts";
import { makeWorld } from "../core/make-context.ts";
import { makeOrder } from "../core/make-order.ts";
import { hasDynoxide, startDynoxide } from "../emulators/start-dynoxide.ts";
import { readRow } from "../end-to-end/read-rows.ts";
import { appliedRow, CONSUMERS, makeStage } from "./make-stage.ts";

const NAME = "gift";
const GIFT = { ...CONSUMERS[4]!, name: NAME };
const options = { consumer: NAME, concurrency: 5 };

describe.skipIf(!hasDynoxide)("seeded watermarks", () => {
  let dynoxide: Awaited<ReturnType<typeof startDynoxide>>;
  let stage: Awaited<ReturnType<typeof makeStage>>;
  const orders = ["a", "b", "c"].map((id) => makeOrder(["pay", "ship"], id));

  beforeEach(async () => {
    dynoxide = await startDynoxide();
    stage = await makeStage(dynoxide.client, [GIFT]);
    for (const order of orders) await stage.put("orders", order);
  });
  afterEach(async () => {
    await stage.stop();
    await dynoxide.stop();
  });

  const seed = (...seeds: Seed[]) => seedRows(stage.stage, seeds, options);
  const row = (orderId: string) => readRow(stage.stage, NAME, orderId);

  it("let a consumer go on after the last event that is done elsewhere, with its state", async () => {
    const ran: number[] = [];
    await seed({ orderId: "a", sequence: 2, state: { points: 7 } });
    const place = { dedupTable: "dedup", consumer: NAME, dataTables: {} };
    const consumer = makeWorld({
      context: { ledger: dynamoLedger(dynoxide.client, place) },
      consumer: {
        handle: (state, { sequence }) => {
          ran.push(sequence);
          return { state: { points: Number(state?.points) + 1 } };
        },
      },
    });
    const bodies = [1, 2, 3].map((sequence) => composePublication(orders[0]!, sequence).body);
    const messages = bodies.map((body, index) => ({
      ...{ messageId: `m-${index}`, receiptHandle: `r-${index}`, body },
      ...{ receiveCount: 1, sentAtMs: 1 },
    }));
    await consumer.deliver(...messages);
    expect(ran).toEqual([3]);
    expect(await row("a")).toMatchObject({ seq: 3, state: { points: 8 } });
  });

  it("are what the audit asks for", async () => {
    const all = orders.map(({ orderId }) => ({ orderId, sequence: 3 }));
    expect((await auditOrders(stage.stage)).ok).toBe(false);
    expect(await seed(...all)).toEqual({ written: 3, leftAlone: [], unseeded: [] });
    expect((await auditOrders(stage.stage)).ok).toBe(true);
  });

  it("leave a row alone that exists, and may be written again by the same run", async () => {
    await stage.putRow(NAME, appliedRow("a", 1));
    const seeds = [
      { orderId: "a", sequence: 3 },
      { orderId: "b", sequence: 3 },
    ];
    expect(await seed(...seeds)).toEqual({ written: 1, leftAlone: ["a"], unseeded: ["c"] });
    expect(await seed(...seeds)).toEqual({ written: 1, leftAlone: ["a"], unseeded: ["c"] });
    expect(await row("a")).toMatchObject({ seq: 1 });
  });

  it("leave a row alone that another run wrote with another state, and say so", async () => {
    const before = { orderId: "a", sequence: 2, state: { points: 7, level: 1 } };
    await seed(before);
    expect(await seed({ ...before, state: { level: 1, points: 7 } })).toMatchObject({ written: 1 });
    expect(await seed({ ...before, state: { points: 8 } })).toMatchObject({
      written: 0,
      leftAlone: ["a"],
    });
    expect(await row("a")).toMatchObject({ state: { points: 7 } });
  });

  it("tell why a row is not written", async () => {
    const gone = { ...stage.stage, outputs: { ...stage.stage.outputs, DedupTable: "none" } };
    await expect(seedRows(gone, [{ orderId: "a", sequence: 1 }], options)).rejects.toThrow(
      "the row of order a is not written (ResourceNotFoundException)",
    );
  });

  it("are refused as a whole when one is past its order's last event, or has no order", async () => {
    const good = { orderId: "a", sequence: 3 };
    await expect(seed(good, { orderId: "b", sequence: 4 })).rejects.toThrow(
      "nothing was written: order b is done up to event 4; allowed: at most 3",
    );
    await expect(seed(good, { orderId: "nobody", sequence: 1 })).rejects.toThrow(
      "order nobody is not in the orders table",
    );
    expect(await row("a")).toEqual({});
  });

  it("tell which orders they leave out, since none of their events counts as done", async () => {
    expect(await seed({ orderId: "b", sequence: 1 })).toEqual({
      ...{ written: 1, leftAlone: [], unseeded: ["a", "c"] },
    });
  });
});
