/**
 * Events that are lost on purpose, each in another place: the audit finds each, names the command
 * that mends it, and that command mends it, as a person would type it.
 */
import { execFile } from "node:child_process";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { marshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auditOrders } from "../../cli/audit/audit-orders.ts";
import { generateTrace } from "../../cli/generate-trace.ts";
import { queueDepth } from "../../cli/queue-depth.ts";
import { consumerNamed } from "../../cli/stage-outputs.ts";
import { dynamoPatrolState } from "../../lambdas/aws/dynamo-patrol-state.ts";
import { outputsPath } from "../../local/outputs-file.ts";
import { makeOrder } from "../core/make-order.ts";
import { hasDynoxide } from "../emulators/start-dynoxide.ts";
import { until } from "../emulators/until.ts";
import { makeOrderLines } from "./make-order-lines.ts";
import { readRow } from "./read-rows.ts";
import { redriveByHand } from "./redrive-by-hand.ts";
import { drain, quickSettings, startBus, type TestBus } from "./start-bus.ts";

const TIMEOUT_MS = 300_000;
const BROKEN_SKU = "sku-broken";
const line = (sku: string) => ({ sku, quantity: 1, unitPriceCents: 1_000 });
const ALL = ["inventory", "loyalty", "recommendation", "warehouse", "fraud"];

describe.skipIf(!hasDynoxide)("an event that is lost", () => {
  let world: TestBus;
  const fraud = () => consumerNamed(world.stage.outputs, "fraud");
  const inventory = () => consumerNamed(world.stage.outputs, "inventory");
  const find = () => auditOrders(world.stage, { find: { settleSeconds: 0 } });
  const put = (TableName: string, item: object) =>
    world.stage.dynamo.send(
      new PutItemCommand({ TableName, Item: marshall(item, { removeUndefinedValues: true }) }),
    );
  const bus = (words: string) =>
    new Promise<{ readonly code: number; readonly out: string }>((resolve) => {
      const child = execFile(
        process.execPath,
        ["cli/bus.ts", ...words.split(" ").slice(1)],
        (_error, out) => resolve({ code: child.exitCode ?? -1, out }),
      );
      child.stdin?.end();
    });
  /** The commands that the audit names, as they stand there. */
  const namedCommands = async (): Promise<string[]> => {
    const { out } = await bus(`bus audit --settle 1 --outputs ${outputsPath(world.dataDir)}`);
    return out.split("\n").flatMap((text) => /^ {4}(bus .*)$/.exec(text)?.[1] ?? []);
  };
  const foundByPatrol = async (): Promise<string[]> => {
    const { dynamo, outputs } = world.stage;
    const { behind } = await dynamoPatrolState(dynamo, outputs.DedupTable).readState();
    return behind.map(({ orderId, consumer }) => `${orderId} ${consumer}`);
  };
  /** More receives than its queue allows, without an answer: what a function does that cannot start. */
  const spendReceives = async (queueUrl: string): Promise<void> => {
    const { sqs } = world.stage;
    for (let received = 0; received <= quickSettings.maxReceiveCount; received++) {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl }));
      for (const { ReceiptHandle } of Messages) {
        const at = { QueueUrl: queueUrl, ReceiptHandle };
        await sqs.send(new ChangeMessageVisibilityCommand({ ...at, VisibilityTimeout: 0 }));
      }
    }
  };

  beforeAll(async () => {
    const settings = { ...quickSettings, alarmAfter: { orderBehindSeconds: 1 } };
    world = await startBus(settings, { scheduleSeconds: 1 });
    await world.play(generateTrace(31, 20));
    expect(await drain(world.stage)).toMatchObject({ ok: true });
  }, TIMEOUT_MS);
  afterAll(() => world?.stop());

  it(
    "from a queue is found at that consumer, and replayed to it",
    async () => {
      const [placed, paid] = makeOrderLines("lost-1", [line("sku-1")]);
      await world.bus.pauseMapping(fraud().mappingId);
      await world.play([placed, paid]);
      const { sqs } = world.stage;
      await until(
        "both events wait",
        () => queueDepth(sqs, fraud().queueUrl),
        (n) => n === 2,
      );
      await sqs.send(new PurgeQueueCommand({ QueueUrl: fraud().queueUrl }));
      const paused = `bus audit --repair --yes --settle 1 --outputs ${outputsPath(world.dataDir)}`;
      const told = () => bus(paused);
      const isTold = ({ out }: { readonly out: string }) => out.includes("fraud is paused");
      expect(await until("what a paused consumer lacks is left to it", told, isTold)).toMatchObject(
        {
          ...{ code: 1, out: expect.stringContaining("nothing to send again") },
        },
      );
      world.bus.resumeMapping(fraud().mappingId);
      await until("the others have them", async () => {
        const { consumers } = await auditOrders(world.stage);
        return consumers.every(({ name, behind }) => behind > 0 === (name === "fraud"));
      });

      const audit = await find();
      expect(audit).toMatchObject({
        ok: false,
        problems: ["fraud is behind on 1 orders, such as lost-1"],
        findings: [{ consumer: "fraud", orderId: "lost-1", next: 1, version: 2, where: "lost" }],
      });
      const [command, ...more] = await until(
        "it is a second old",
        namedCommands,
        (c) => c.length > 0,
      );
      expect(more).toEqual([]);
      await until("the patrol finds it", foundByPatrol, (found) => found.includes("lost-1 fraud"));
      expect(command).toMatch(/^bus replay --order lost-1 --to-consumer fraud --outputs /);
      expect(await bus(`${command} --yes`)).toMatchObject({
        code: 0,
        out: expect.stringContaining("sent 2 events to the queue of fraud"),
      });
      expect(await drain(world.stage)).toMatchObject({ ok: true, problems: [] });
      expect(await bus(`${command} --yes`)).toMatchObject({
        code: 0,
        out: expect.stringContaining("nothing to send"),
      });
      await until("the patrol finds nothing", foundByPatrol, (found) => found.length === 0);
    },
    TIMEOUT_MS,
  );

  it(
    "before the topic is found at every consumer, and republished",
    async () => {
      const table = world.stage.outputs.OrdersTable;
      const order = makeOrder(["pay"], "lost-2");
      // The relay parks the first image, which is no order's, and finds nothing new in the second.
      await put(table, { orderId: "lost-2", version: 2 });
      const { ParkingQueueUrl = "" } = world.stage.outputs;
      await until("it is parked", () => queueDepth(world.stage.sqs, ParkingQueueUrl));
      await put(table, order);

      const { findings } = await find();
      const because = expect.stringContaining("the relay has parked 1 entries");
      // Points are for payments: what it lacks is the second event.
      const next = (consumer: string) => (consumer === "loyalty" ? 2 : 1);
      expect(findings).toMatchObject(
        ALL.map((consumer) => ({ consumer, where: "overdue", next: next(consumer), because })),
      );
      const commands = await namedCommands();
      expect(commands).toEqual([
        expect.stringMatching(/^bus republish lost-2 --from-sequence 1 --outputs /),
      ]);
      expect(await bus(`${commands[0]} --yes`)).toMatchObject({ code: 0 });
      expect(await drain(world.stage)).toMatchObject({ ok: true, problems: [] });
    },
    TIMEOUT_MS,
  );

  it(
    "as a dead letter that expired is found behind its decision, and sent again by --repair",
    async () => {
      const { tables, deadLetterQueueUrl: QueueUrl } = inventory();
      const stock = { available: 50, onHand: 50, reserved: 0, shipped: 0 };
      await put(tables.stock ?? "", { sku: BROKEN_SKU, ...stock, reserved: "none" });
      await world.play(makeOrderLines("lost-3", [line(BROKEN_SKU)]));
      expect(await drain(world.stage)).toMatchObject({ ok: true });
      expect(await find()).toMatchObject({ ok: true, findings: [] });
      const { Messages = [] } = await world.stage.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      const [{ ReceiptHandle, Body = "" } = {}] = Messages;
      expect(JSON.parse(Body)).toMatchObject({ subject: "lost-3", sequence: "1" });
      await world.stage.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      await put(tables.stock ?? "", { sku: BROKEN_SKU, ...stock });
      // So lately decided, its message may still be bouncing.
      expect((await find()).findings).toEqual([]);
      const row = await readRow(world.stage, "inventory", "lost-3");
      const life = { ...row.life, dead: { ...row.life.dead, atMs: 1 } };
      await put(world.stage.outputs.DedupTable, { ...row, life, deadAtMs: 1 });

      expect(await find()).toMatchObject({
        ok: false,
        problems: [
          "inventory has no dead letter any more of 1 orders that it decided dead, such as lost-3",
        ],
        findings: [{ consumer: "inventory", orderId: "lost-3", next: 1, where: "expired" }],
      });
      const repair = `bus audit --repair --outputs ${outputsPath(world.dataDir)}`;
      expect(await bus(repair)).toMatchObject({ code: 4 });
      expect(await readRow(world.stage, "inventory", "lost-3")).toMatchObject({ seq: 0 });
      expect(await bus(`${repair} --yes`)).toMatchObject({
        code: 0,
        out: expect.stringContaining("sent 4 events"),
      });
      expect(await drain(world.stage)).toMatchObject({ ok: true, problems: [] });
      expect(await readRow(world.stage, "inventory", "lost-3")).toMatchObject({ seq: 3 });
    },
    TIMEOUT_MS,
  );

  it(
    "where SNS puts what it cannot deliver is found there, and redriven",
    async () => {
      const [placed] = makeOrderLines("lost-4", [line("sku-1")]);
      const { mappingId, queueUrl: QueueUrl, subscriptionDeadLetterQueueUrl } = fraud();
      const { sqs } = world.stage;
      await world.bus.pauseMapping(mappingId);
      await world.play([placed]);
      const receive = new ReceiveMessageCommand({ QueueUrl });
      const messages = async () => (await sqs.send(receive)).Messages?.[0];
      const { Body, ReceiptHandle } = await until("it waits", messages);
      const to = { QueueUrl: subscriptionDeadLetterQueueUrl, MessageBody: Body };
      const group = { MessageGroupId: "lost-4", MessageDeduplicationId: "lost-4" };
      await sqs.send(new SendMessageCommand({ ...to, ...group }));
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      world.bus.resumeMapping(mappingId);
      await until("the others have it", async () => {
        const { consumers } = await auditOrders(world.stage);
        return consumers.every(({ name, behind }) => behind > 0 === (name === "fraud"));
      });

      expect((await find()).findings).toMatchObject([
        { consumer: "fraud", orderId: "lost-4", next: 1, where: "undelivered" },
      ]);
      const [command] = await until("it is a second old", namedCommands, (c) => c.length > 0);
      expect(command).toMatch(/^bus dlq subscription redrive fraud --order lost-4 --outputs /);
      expect(await bus(`${command} --yes`)).toMatchObject({ code: 0 });
      expect(await drain(world.stage)).toMatchObject({ ok: true, problems: [] });
    },
    TIMEOUT_MS,
  );

  it(
    "nowhere, but in the dead-letter queue without a decision, is not called behind",
    async () => {
      const [placed] = makeOrderLines("exhausted", [line("sku-1")]);
      const { mappingId, queueUrl, deadLetterQueueUrl } = fraud();
      await world.bus.pauseMapping(mappingId);
      await world.play([placed]);
      await until("it waits", () => queueDepth(world.stage.sqs, queueUrl));
      await spendReceives(queueUrl);
      expect(await queueDepth(world.stage.sqs, deadLetterQueueUrl)).toBe(1);
      world.bus.resumeMapping(mappingId);

      const drained = await drain(world.stage);
      const expected = { behind: 0, exhaustedOrders: 1, exhaustedEvents: 1, missing: 0 };
      expect(drained.consumers.find(({ name }) => name === "fraud")).toMatchObject(expected);
      expect(drained).toMatchObject({ ok: true });
      expect(await find()).toMatchObject({ ok: true, findings: [] });
      expect(await redriveByHand(world.stage, "fraud")).toHaveLength(1);
      const mended = await drain(world.stage);
      expect(mended.consumers.find(({ name }) => name === "fraud")).toMatchObject({
        ...{ exhaustedOrders: 0, applied: mended.events },
      });
    },
    TIMEOUT_MS,
  );
});
