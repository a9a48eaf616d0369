/**
 * The template's own alarms on the embedded bus, in minutes that pass by hand: what rings when, what
 * is sent to the alarm topic, and that it ends.
 */
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { ListEventSourceMappingsCommand } from "@aws-sdk/client-lambda";
import { SubscribeCommand } from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import { marshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readAlarms, type StageAlarm } from "../../cli/alarms/read-alarms.ts";
import { generateTrace } from "../../cli/generate-trace.ts";
import { queueDepth } from "../../cli/queue-depth.ts";
import { consumerNamed } from "../../cli/stage-outputs.ts";
import { readStatus } from "../../cli/status/read-status.ts";
import { hasDynoxide } from "../emulators/start-dynoxide.ts";
import { until } from "../emulators/until.ts";
import { createHandClock } from "./hand-clock.ts";
import { makeOrderLines } from "./make-order-lines.ts";
import { redriveByHand } from "./redrive-by-hand.ts";
import { drain, quickRules, quickSettings, startBus, type TestBus } from "./start-bus.ts";
import { type FaultyEndpoint, startFaultyEndpoint } from "./start-faulty-endpoint.ts";

const TIMEOUT_MS = 180_000;
const BROKEN_SKU = "sku-broken";
/** So patient that no retryable failure is given up on while the dependency is down. */
const SETTINGS = {
  ...quickSettings,
  failureRules: {
    ...quickRules,
    failingSeconds: 150,
    backoffBaseSeconds: 10,
    backoffCapSeconds: 20,
  },
  maxReceiveCount: 50,
};
/** Of the alarms on what goes on for some time. */
const PERIOD_MINUTES = 5;
/** For so many periods a dead decision rings. */
const DEAD_PERIODS = 4;
/** More failures than any alarm asks for. */
const MANY = 40;

type Told = {
  readonly name: string;
  readonly state: string;
  readonly body: Record<string, unknown>;
};

/** A queue that is subscribed to the alarm topic, as somebody's pager would be. */
const subscribePager = async ({ stage }: TestBus) => {
  const { QueueUrl = "" } = await stage.sqs.send(new CreateQueueCommand({ QueueName: "pager" }));
  const { Attributes } = await stage.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
  );
  await stage.sns.send(
    new SubscribeCommand({
      TopicArn: stage.outputs.TopicArn.replace(/[^:]+$/, `${stage.outputs.stackName}-alarms`),
      Protocol: "sqs",
      Endpoint: Attributes?.QueueArn,
    }),
  );
  const told: Told[] = [];
  const receive = async (): Promise<readonly Told[]> => {
    const { Messages = [] } = await stage.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    for (const { Body = "", ReceiptHandle } of Messages) {
      const { Message, Subject } = JSON.parse(Body);
      const body = JSON.parse(Message);
      expect(Subject).toContain(`${body.NewStateValue}: "${body.AlarmName}"`);
      const name = body.AlarmName.replace(`${stage.outputs.stackName}/`, "");
      told.push({ name, state: body.NewStateValue, body });
      await stage.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
    return told;
  };
  const of = (name: string) => told.filter((one) => one.name === name).map(({ state }) => state);
  return { told, receive, of };
};

/** That of the orders table's stream: the one that is no consumer's. */
const relayMapping = async ({ stage }: TestBus): Promise<string> => {
  const { EventSourceMappings = [] } = await stage.lambda.send(
    new ListEventSourceMappingsCommand({}),
  );
  const relay = EventSourceMappings.find(({ EventSourceArn = "" }) =>
    EventSourceArn.includes(":dynamodb:"),
  );
  return relay?.UUID ?? "";
};

describe.skipIf(!hasDynoxide)("the alarms of the template", () => {
  let world: TestBus;
  let dynamo: FaultyEndpoint;
  let pager: Awaited<ReturnType<typeof subscribePager>>;
  let stock: string;
  const clock = createHandClock();
  const state = async (name: string): Promise<StageAlarm["state"] | undefined> =>
    (await readAlarms(world.stage)).find((one) => one.name === name)?.state;
  const pagerHears = (name: string, told: readonly string[]) =>
    until(`the pager hears ${told.join(", ")} of ${name}`, async () => {
      await pager.receive();
      return pager.of(name).length >= told.length && pager.of(name);
    });
  const writeStock = (reserved: unknown) =>
    world.stage.dynamo.send(
      new PutItemCommand({
        TableName: stock,
        Item: marshall({ sku: BROKEN_SKU, available: 50, onHand: 50, reserved, shipped: 0 }),
      }),
    );

  beforeAll(async () => {
    dynamo = await startFaultyEndpoint();
    const environment = { AWS_ENDPOINT_URL_DYNAMODB: dynamo.url };
    world = await startBus(SETTINGS, {
      clock,
      functionEnvironment: (name) => (name.includes("loyalty") ? environment : {}),
    });
    const { outputs } = world.stage;
    stock = consumerNamed(outputs, "inventory").tables.stock ?? "";
    const { points = "" } = consumerNamed(outputs, "loyalty").tables;
    dynamo.connect(world.bus.endpoints.AWS_ENDPOINT_URL_DYNAMODB, points);
    pager = await subscribePager(world);
    // Orders before the door's first look are let in with an alarm of their own.
    await until("the door has decided", async () => {
      return (await readStatus(world.stage)).admission.door.kind === "open";
    });
  }, TIMEOUT_MS);
  afterAll(async () => {
    await world?.stop();
    await dynamo?.stop();
  });

  it(
    "are quiet while all is well, and say which of them cannot be told here",
    async () => {
      await world.play(generateTrace(31, 20));
      await drain(world.stage);
      await clock.pass(2 * PERIOD_MINUTES);
      const alarms = await readAlarms(world.stage);
      expect(alarms.filter(({ state }) => state === "rings")).toEqual([]);
      const unknown = alarms.filter(({ state }) => state === "no data");
      expect(unknown.map(({ name }) => name).toSorted()).toEqual([
        "topic/NotificationsFailed",
        "topic/NotificationsLost",
      ]);
      for (const { reason } of unknown) expect(reason).toMatch(/^Not available here/);
      expect(await pager.receive()).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it("answer with the figures of a consumer, for the tools", async () => {
    const { consumers } = await readStatus(world.stage, { nowMs: clock.nowMs });
    const { oldestAgeSeconds, latencyMs } = consumers.find(({ name }) => name === "fraud") ?? {};
    expect(oldestAgeSeconds).toBeGreaterThanOrEqual(0);
    expect(latencyMs?.p99).toBeGreaterThanOrEqual(latencyMs?.p50 ?? Number.NaN);
  });

  it(
    "call a poison event an order that is stuck, once, and tell when it is over",
    async () => {
      await writeStock("none");
      const lines = [{ sku: BROKEN_SKU, quantity: 1, unitPriceCents: 100 }];
      // That it is paid is nothing to inventory; that it is shipped is.
      await world.play(makeOrderLines("poisoned", lines).slice(0, 3));
      await until("it is decided", () => world.metrics.of("inventory", "Dead"));
      await clock.pass(1);
      expect(await state("inventory/Dead")).toBe("rings");
      expect(await state("inventory/Stuck")).toBe("rings");
      await pagerHears("inventory/Stuck", ["ALARM"]);
      expect(pager.told.map(({ name }) => name)).toEqual(["inventory/Stuck"]);
      expect(pager.told[0]).toMatchObject({
        name: "inventory/Stuck",
        state: "ALARM",
        body: {
          OldStateValue: "OK",
          AlarmDescription: expect.stringContaining("docs/operations.md#an-order-is-stuck"),
          AlarmRule: expect.stringContaining("ALARM("),
          // The depth may be seen in the same minute.
          TriggeringChildren: expect.arrayContaining([
            expect.objectContaining({ Arn: expect.stringMatching(/inventory\/Dead$/) }),
          ]),
        },
      });
      await drain(world.stage);
      await clock.pass(1);
      expect(await state("inventory/DeadLettersDepth")).toBe("rings");

      await writeStock(0);
      expect(await redriveByHand(world.stage, "inventory")).toHaveLength(2);
      await drain(world.stage);
      // What was decided rings on until the depth would tell for certain.
      await clock.pass((DEAD_PERIODS - 1) * PERIOD_MINUTES);
      expect(await state("inventory/Stuck")).toBe("rings");
      await clock.pass(PERIOD_MINUTES);
      expect(await state("inventory/Stuck")).toBe("quiet");
      expect(await pagerHears("inventory/Stuck", ["ALARM", "OK"])).toEqual(["ALARM", "OK"]);
      // Its parts call nobody.
      expect(pager.told.map(({ name }) => name)).toEqual(["inventory/Stuck", "inventory/Stuck"]);
    },
    TIMEOUT_MS,
  );

  it(
    "ring where nobody works: the relay is paused, then a consumer",
    async () => {
      const { mappingId, queueUrl } = consumerNamed(world.stage.outputs, "fraud");
      const lines = [{ sku: "tea", quantity: 1, unitPriceCents: 100 }];
      const relay = await relayMapping(world);
      await world.bus.pauseMapping(relay);
      const minutes = 2 * PERIOD_MINUTES;
      for (let minute = 0; minute < minutes; minute++) {
        // One period alone may end between an order and its event.
        if (minute < PERIOD_MINUTES) expect(await state("relay/Behind")).toBe("quiet");
        await world.play(makeOrderLines(`late-${minute}`, lines).slice(0, 1));
        await clock.pass(1);
      }
      expect(await state("relay/Behind")).toBe("rings");
      expect(await state("relay/Stopped")).toBe("rings");
      await world.bus.pauseMapping(mappingId);
      world.bus.resumeMapping(relay);
      await until(
        "all is published",
        () => queueDepth(world.stage.sqs, queueUrl),
        (depth) => depth === minutes,
      );
      await clock.pass(minutes);
      expect(await state("relay/Behind")).toBe("quiet");

      await clock.pass(3 * PERIOD_MINUTES - minutes);
      expect(await state("fraud/Stopped")).toBe("rings");
      expect(await state("fraud/Behind")).toBe("rings");
      world.bus.resumeMapping(mappingId);
      await drain(world.stage);
      await clock.pass(PERIOD_MINUTES);
      expect(await state("fraud/Behind")).toBe("quiet");
    },
    TIMEOUT_MS,
  );

  it(
    "call a broken dependency an outage, not a stuck order",
    async () => {
      const failed = () =>
        world.metrics.of("loyalty", "Retried") + world.metrics.of("loyalty", "Postponed");
      dynamo.set("down");
      await world.play(generateTrace(32, 120));
      // In one minute: an alarm that looked between them would ring, and be over, more than once.
      await until("many attempts fail", () => failed() >= MANY);
      await clock.pass(1);
      expect(await state("loyalty/Outage")).toBe("rings");
      expect(await state("loyalty/AttemptsFail")).toBe("rings");
      expect(await state("loyalty/Stuck")).toBe("quiet");
      dynamo.set("up");

      await drain(world.stage);
      await clock.pass(2 * PERIOD_MINUTES);
      expect(await state("loyalty/Outage")).toBe("quiet");
      expect(await pagerHears("loyalty/Outage", ["ALARM", "OK"])).toEqual(["ALARM", "OK"]);
      expect(pager.of("loyalty/Stuck")).toEqual([]);
      expect(world.metrics.of("loyalty", "Dead")).toBe(0);
    },
    TIMEOUT_MS,
  );
});
