import type { SQSEvent } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { auditOrders } from "../../cli/audit/audit-orders.ts";
import { type BackfillOptions, backfillConsumer } from "../../cli/backfill-consumer.ts";
import { dynamoLedger } from "../../lambdas/aws/dynamo-ledger.ts";
import { composePublication } from "../../lambdas/core/compose-event.ts";
import { NonRetryable } from "../../lambdas/core/consumer.ts";
import { EVENT_TYPES } from "../../lambdas/core/order-event.ts";
import type { Message } from "../../lambdas/core/ports.ts";
import { makeWorld, type World } from "../core/make-context.ts";
import { makeOrder } from "../core/make-order.ts";
import { hasDynoxide, startDynoxide } from "../emulators/start-dynoxide.ts";
import { readRow } from "../end-to-end/read-rows.ts";
import { CONSUMERS, makeStage } from "./make-stage.ts";

const NAME = "gift";
const GIFT = { ...CONSUMERS[4]!, name: NAME };

const toMessage = (record: SQSEvent["Records"][number]): Message => ({
  ...{ messageId: record.messageId, receiptHandle: record.receiptHandle, body: record.body },
  receiveCount: Number(record.attributes.ApproximateReceiveCount),
  sentAtMs: Number(record.attributes.SentTimestamp),
});

describe.skipIf(!hasDynoxide)("a backfill", () => {
  let dynoxide: Awaited<ReturnType<typeof startDynoxide>>;
  let stage: Awaited<ReturnType<typeof makeStage>>;
  let consumer: World;
  let calls: number;

  beforeEach(async () => {
    dynoxide = await startDynoxide();
    stage = await makeStage(dynoxide.client, [GIFT]);
    const orders = Array.from({ length: 130 }, (_, index) => `order-${index}`);
    await Promise.all(orders.map((id) => stage.put("orders", makeOrder(["pay", "ship"], id))));
    const place = { dedupTable: "dedup", consumer: NAME, dataTables: {} };
    calls = 0;
    consumer = makeWorld({
      context: { ledger: dynamoLedger(dynoxide.client, place) },
      consumer: {
        handle: (state, event) => {
          consumer.behave(event);
          return { state: { seen: [...((state?.seen ?? []) as number[]), event.sequence] } };
        },
      },
    });
  });
  afterEach(async () => {
    await stage.stop();
    await dynoxide.stop();
  });

  const backfill = (over: Partial<BackfillOptions> = {}) =>
    backfillConsumer(stage.stage, {
      consumer: NAME,
      due: EVENT_TYPES,
      invoke: async ({ Records }) => {
        calls++;
        await consumer.deliver(...Records.map(toMessage));
      },
      wait: async () => {},
      ...over,
    });
  const row = (orderId: string) => readRow(stage.stage, NAME, orderId);
  it("gives no more than what is due there", async () => {
    const sent: string[] = [];
    const invoke: BackfillOptions["invoke"] = async ({ Records }) => {
      sent.push(...Records.map(({ body }) => JSON.parse(body).type));
      await consumer.deliver(...Records.map(toMessage));
    };
    const done = await backfill({ due: ["order.created"], invoke });
    expect(done).toEqual({ orders: 130, events: 130, unfilled: [] });
    expect(new Set(sent)).toEqual(new Set(["order.created"]));
    expect(await backfill({ due: ["order.created"] })).toMatchObject({ events: 0, unfilled: [] });
    expect(calls).toBe(0);
  });

  it("gives every order's history once and in sequence, and tells how far it is", async () => {
    const progress: number[] = [];
    const done = await backfill({ onProgress: (orders) => progress.push(orders) });
    expect(done).toEqual({ orders: 130, events: 390, unfilled: [] });
    expect(progress).toEqual([100, 130]);
    expect(await row("order-7")).toMatchObject({ seq: 3, state: { seen: [1, 2, 3] } });
    expect(await auditOrders(stage.stage)).toMatchObject({ ok: true, events: 390 });
    expect(calls).toBeLessThan(20);
  });

  it("calls nothing when it is run again", async () => {
    await backfill();
    calls = 0;
    expect(await backfill()).toEqual({ orders: 130, events: 0, unfilled: [] });
    expect(calls).toBe(0);
  });

  it("goes on where it broke off", async () => {
    const broken = backfill({
      onProgress: () => {
        throw new Error("killed");
      },
    });
    await expect(broken).rejects.toThrow("killed");
    const done = await backfill();
    expect(done).toMatchObject({ orders: 130, unfilled: [] });
    expect(done.events).toBe(90);
    expect((await row("order-129")).state).toEqual({ seen: [1, 2, 3] });
  });

  it("tells which orders the consumer fails, fills all others, and fills these once mended", async () => {
    consumer.behave = ({ orderId, sequence }) => {
      if (orderId === "order-7" && sequence === 2) throw new NonRetryable("no such gift");
    };
    const done = await backfill();
    expect(done).toEqual({
      ...{ orders: 130, events: 388 },
      unfilled: [{ orderId: "order-7", seq: 1, why: "event 2: NonRetryable" }],
    });
    consumer.behave = () => {};
    expect(await backfill()).toEqual({ orders: 130, events: 2, unfilled: [] });
    expect((await row("order-7")).state).toEqual({ seen: [1, 2, 3] });
  });

  it("lets an order that takes its function down take no other along", async () => {
    const done = await backfill({
      invoke: async ({ Records }) => {
        if (Records.some(({ body }) => JSON.parse(body).subject === "order-7")) {
          throw Object.assign(new Error("out of memory"), { name: "Runtime.ExitError" });
        }
        await consumer.deliver(...Records.map(toMessage));
      },
    });
    expect(done.unfilled).toEqual([
      { orderId: "order-7", seq: 0, why: "event 1: Runtime.ExitError" },
    ]);
    expect(done.events).toBe(387);
  });

  it("gives way to the queue's own copy of an event that it failed", async () => {
    consumer.behave = ({ orderId }) => {
      if (orderId === "order-7") throw new NonRetryable("no such gift");
    };
    await backfill();
    expect((await row("order-7")).life.dead.cause).toBe("not retryable");
    consumer.behave = () => {};
    const sentAtMs = Date.parse("2026-01-01T00:00:00.050Z");
    const { body } = composePublication(makeOrder(["pay", "ship"], "order-7"), 1);
    const message = { messageId: "an-sqs-message", receiptHandle: "receipt", receiveCount: 1 };
    await consumer.deliver({ ...message, sentAtMs, body });
    expect(await row("order-7")).toMatchObject({ seq: 1, state: { seen: [1] } });
  });
});
