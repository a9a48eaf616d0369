/** What came to no consumer: `bus dlq subscription` and `bus dlq relay`, on the embedded bus. */
import { randomUUID } from "node:crypto";
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listDeadLetters } from "../../cli/dead-letters/list-dead-letters.ts";
import { planOf } from "../../cli/dead-letters/plan.ts";
import { redriveDeadLetters } from "../../cli/dead-letters/redrive-dead-letters.ts";
import { queueDepth } from "../../cli/queue-depth.ts";
import { type ConsumerOutput, consumerNamed } from "../../cli/stage-outputs.ts";
import { hasDynoxide } from "../emulators/start-dynoxide.ts";
import { until } from "../emulators/until.ts";
import { setMapping } from "../redrive-load/pause-consumer.ts";
import { EVENTS, makeOrders, poisonSettings, putOrders } from "../redrive-load/poison-orders.ts";
import { runBusTool } from "../redrive-load/run-bus.ts";
import { spendReceives } from "../redrive-load/spend-receives.ts";
import { publisher } from "./send-by-hand.ts";
import { drain, startBus, type TestBus } from "./start-bus.ts";

const TIMEOUT_MS = 180_000;

describe.skipIf(!hasDynoxide)("what was not delivered", () => {
  let world: TestBus;
  let fraud: ConsumerOutput;
  const bus = (...words: string[]) => runBusTool(world.dataDir, ["dlq", ...words]);
  const depth = (url: string) => queueDepth(world.stage.sqs, url);

  /** As a tool would, or SNS: the first messages of a queue are sent to another one. */
  const moveByHand = async (from: string, to: string, count: number) => {
    for (let moved = 0; moved < count; moved++) {
      const { sqs } = world.stage;
      const message = await until("a message comes", async () => {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl: from, MessageSystemAttributeNames: ["All"] }),
        );
        return Messages[0];
      });
      await sqs.send(
        new SendMessageCommand({
          ...{ QueueUrl: to, MessageBody: message.Body },
          MessageGroupId: message.Attributes?.MessageGroupId,
          MessageDeduplicationId: randomUUID(),
        }),
      );
      const { ReceiptHandle } = message;
      await sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle }));
    }
  };
  const expectAllApplied = async (orders: number) => {
    const audit = await drain(world.stage);
    expect(audit).toMatchObject({ ok: true, orders, problems: [] });
    for (const consumer of audit.consumers) {
      expect(consumer).toMatchObject({ applied: orders * EVENTS, deadLetters: 0 });
    }
  };

  beforeAll(async () => {
    world = await startBus(poisonSettings);
    fraud = consumerNamed(world.stage.outputs, "fraud");
  }, TIMEOUT_MS);
  afterAll(() => world?.stop());

  it(
    "goes from the subscription's queue to the consumer, in order",
    async () => {
      await setMapping(world.stage, fraud, "paused");
      await putOrders(world.stage, makeOrders("s", 2, "pen"));
      await until("all are there", async () => (await depth(fraud.queueUrl)) === 2 * EVENTS);
      const { subscriptionDeadLetterQueueUrl: undelivered } = fraud;
      await moveByHand(fraud.queueUrl, undelivered, 2 * EVENTS);
      await setMapping(world.stage, fraud, "enabled");

      const list = await bus("subscription", "list", "fraud");
      expect(list).toMatchObject({ code: 1, result: { consumer: "fraud", depth: 2 * EVENTS } });
      expect(list.result.orders).toHaveLength(2);
      for (const order of list.result.orders) {
        expect(order).toMatchObject({ sequence: 1, appliedSequence: 0, toSequence: EVENTS });
      }
      const plan = await bus("subscription", "redrive", "fraud", "--dry-run");
      expect(plan.result).toMatchObject({ from: "subscription", letters: 2 * EVENTS });
      const { code, result } = await bus("subscription", "redrive", "fraud", "--yes");
      expect(result).toMatchObject({ kind: "done", moved: 2 * EVENTS, notFound: 0 });
      expect(code).toBe(0);
      await expectAllApplied(2);
      expect(await bus("subscription", "list", "fraud")).toMatchObject({ code: 0 });
    },
    TIMEOUT_MS,
  );

  it(
    "waits for events that a killed run has sent and the consumer not applied yet",
    async () => {
      await setMapping(world.stage, fraud, "paused");
      await putOrders(world.stage, makeOrders("p", 2, "pen"));
      await until("all are there", async () => (await depth(fraud.queueUrl)) === 2 * EVENTS);
      await spendReceives(world.stage, fraud, 2 * EVENTS);
      // The first events of one order or both, as a run leaves them that is killed.
      await moveByHand(fraud.deadLetterQueueUrl, fraud.queueUrl, 2);
      const list = await listDeadLetters(world.stage, "fraud");
      expect(list).toMatchObject({ letters: 2 * EVENTS - 2, depth: 2 * EVENTS - 2, remarks: [] });
      expect(list.orders.map(({ head }) => head.cause)).toContain("predecessor missing");
      const running = redriveDeadLetters(world.stage, planOf(list), { canarySeconds: 0 });
      await setMapping(world.stage, fraud, "enabled");
      expect(await running).toMatchObject({ kind: "done", moved: 2 * EVENTS - 2, notFound: 0 });
      await expectAllApplied(4);
    },
    TIMEOUT_MS,
  );

  it(
    "is republished from the store for the relay, and only then cleared",
    async () => {
      const parking = world.stage.outputs.ParkingQueueUrl ?? "";
      const error = { name: "InvalidParameter", message: "too long" };
      const empty = await bus("relay", "clear", "--yes");
      expect(empty).toMatchObject({ code: 0, result: { entries: 0, removed: 0, kept: [] } });
      const entries = [
        { orderId: "s-0", sequence: 2, error },
        { orderId: "nobody", sequence: 1, error },
        "something else",
      ];
      for (const entry of entries) {
        const MessageBody = JSON.stringify(entry);
        await world.stage.sqs.send(new SendMessageCommand({ QueueUrl: parking, MessageBody }));
      }
      const list = await bus("relay", "list");
      expect(list).toMatchObject({ code: 1, result: { depth: 3 } });
      expect(list.result.entries.map(({ failure }: { failure: object }) => failure)).toEqual(
        expect.arrayContaining([
          { kind: "unsendable event", orderId: "s-0", sequence: 2, error },
          { kind: "not known" },
        ]),
      );
      const unasked = await bus("relay", "clear");
      expect(unasked).toMatchObject({ code: 4, result: { entries: 3, removed: 0 } });
      const { code, result } = await bus("relay", "clear", "--yes");
      expect(result).toMatchObject({ entries: 3, removed: 1, report: { sent: 3, failed: [] } });
      expect(result.kept).toHaveLength(2);
      expect(code).toBe(1);
      expect(await depth(parking)).toBe(2);
      await expectAllApplied(4);
    },
    TIMEOUT_MS,
  );

  it(
    "has no order where nobody can read it, and is redriven and discarded by its message",
    async () => {
      const { publish, destroy } = publisher(world.bus);
      await publish("a-group", "no JSON").finally(destroy);
      const only = async () => {
        const list = await until(
          "its letter is there alone",
          async () => (await bus("list", "fraud")).result,
          ({ orders, depth }) => orders.length === 1 && depth === 1,
        );
        expect(list).toMatchObject({ letters: 1, remarks: [] });
        expect(list.orders[0].head).toMatchObject({ sequence: 1, cause: "unreadable" });
        return list.orders[0].orderId;
      };
      const first = await only();
      expect(first).toMatch(/^#message/);
      const { code, result } = await bus("redrive", "fraud", "--yes");
      expect(result).toMatchObject({ kind: "canary failed", moved: 1 });
      expect(result.canary).toMatchObject({ kind: "failed", orderId: first });
      expect(code).toBe(1);
      const second = await only();
      expect(second).not.toBe(first);
      const gone = await bus("discard", "fraud", second, "--why", "a test", "--yes");
      expect(gone).toMatchObject({ code: 0, result: { kind: "discarded", letterRemoved: true } });
      expect(await bus("list", "fraud")).toMatchObject({
        code: 0,
        result: { orders: [], depth: 0 },
      });
    },
    TIMEOUT_MS,
  );
});
