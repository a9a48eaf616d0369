/**
 * The function that looks at the gauges, and the order API that obeys it, as Lambda runs them: over
 * DynamoDB as dynoxide plays it, and an SQS that tells what a test has set.
 */
import { readFileSync } from "node:fs";
import {
  CreateTableCommand,
  DeleteItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { dynamoAdmissionStore } from "../../lambdas/aws/dynamo-admission-store.ts";
import { BUDGET_KEY, budgetToItem } from "../../lambdas/aws/ledger-item.ts";
import { ADMISSION_KEY } from "../../lambdas/aws/read-admission-state.ts";
import { forceAdmission, noAdmissionState } from "../../lambdas/core/admission.ts";
import { noBudget } from "../../lambdas/core/dead-letter-budget.ts";
import { createTables } from "../contract/create-tables.ts";
import { admissionRules } from "../core/admission-rules.ts";
import { type Dynoxide, hasDynoxide, startDynoxide } from "../emulators/start-dynoxide.ts";
import { startCountingSqs } from "./start-counting-sqs.ts";

const url = (name: string) => `https://sqs.eu-west-1.amazonaws.com/123456789012/${name}`;
const queuesOf = (consumer: string) => ({
  queueUrl: url(consumer),
  deadLetterQueueUrl: url(`${consumer}-dead`),
  subscriptionDeadLetterQueueUrl: url(`${consumer}-undelivered`),
});
const QUEUES = { inventory: queuesOf("inventory"), warehouse: queuesOf("warehouse") };
const ORDER = { customerId: "c", currency: "EUR" };
const LINES = [{ sku: "tea", quantity: 1, unitPriceCents: 5 }];

describe.skipIf(!hasDynoxide)("the admission function", () => {
  let dynamo: Dynoxide;
  let sqs: Awaited<ReturnType<typeof startCountingSqs>>;
  let printed: string[];

  beforeAll(async () => {
    [dynamo, sqs] = await Promise.all([startDynoxide(), startCountingSqs()]);
    await createTables(dynamo.client);
    await dynamo.client.send(
      new CreateTableCommand({
        TableName: "orders",
        KeySchema: [{ AttributeName: "orderId", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "orderId", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
    const environment = {
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
      AWS_ENDPOINT_URL_SQS: sqs.endpoint,
      POWERTOOLS_METRICS_NAMESPACE: "OrderEventBus",
      POWERTOOLS_SERVICE_NAME: "test-Admission",
      DEDUP_TABLE: "dedup",
      ADMISSION_TABLE: "dedup",
      ORDERS_TABLE: "orders",
      CRITICAL_QUEUES: JSON.stringify(QUEUES),
      ADMISSION_RULES: JSON.stringify(admissionRules),
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    await Promise.all([dynamo?.stop(), sqs?.stop()]);
  });

  const dedupKey = (orderId: string, consumer: string) => ({
    TableName: "dedup",
    Key: marshall({ orderId, consumer }),
  });

  beforeEach(async () => {
    sqs.queues.clear();
    for (const queues of Object.values(QUEUES)) {
      for (const each of Object.values(queues)) sqs.queues.set(each.split("/").at(-1) ?? "", {});
    }
    const { orderId, consumer } = ADMISSION_KEY;
    await dynamo.client.send(new DeleteItemCommand(dedupKey(orderId, consumer)));
    await dynamo.client.send(new DeleteItemCommand(dedupKey(BUDGET_KEY, "warehouse")));
    printed = [];
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, "write").mockImplementation((chunk) => {
        printed.push(String(chunk));
        return true;
      });
    }
    vi.resetModules();
    return () => vi.restoreAllMocks();
  });

  const look = async () => (await import("../../lambdas/admission/handler.ts")).handler();
  const state = () => dynamoAdmissionStore(dynamo.client, "dedup").read();
  const metrics = () =>
    printed
      .join("")
      .split("\n")
      .filter((line) => line.includes('"_aws"'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it("decides that the door is open, and says so in a metric", async () => {
    await look();
    expect(await state()).toMatchObject({ rev: 1, position: "open", pressures: [] });
    expect(metrics()).toMatchObject([{ AdmissionClosed: 0, service: "test-Admission" }]);
    const [definition] = JSON.parse(JSON.stringify(metrics()[0]?._aws)).CloudWatchMetrics;
    expect(definition).toMatchObject({ Namespace: "OrderEventBus", Dimensions: [["service"]] });
  });

  it.each([
    ["waiting", "warehouse", { visible: 100 }, "depth"],
    ["in flight", "inventory", { visible: 60, hidden: 40 }, "depth"],
    ["dead-lettered", "warehouse-dead", { visible: 10 }, "deadLetters"],
    ["not delivered by SNS", "inventory-undelivered", { visible: 10 }, "deadLetters"],
  ] as const)("closes it when too much is %s, and logs why", async (_, queue, counts, gauge) => {
    sqs.queues.set(queue, counts);
    await look();
    const value = Object.values<number>(counts).reduce((sum, each) => sum + each);
    const pressures = [{ consumer: queue.split("-")[0], gauge, value }];
    expect(await state()).toMatchObject({ position: "closed", pressures });
    expect(metrics()).toMatchObject([{ AdmissionClosed: 1 }]);
    expect(printed.join("")).toContain("the door has moved");
  });

  it.each([
    ["no token is left", 0, "closed"],
    ["there is a token", 1, "open"],
  ] as const)("takes what backs off for an outage only if %s", async (_, tokens, position) => {
    const budget = { ...noBudget, rev: 9, tokens };
    const Item = budgetToItem(budget, "warehouse");
    await dynamo.client.send(new PutItemCommand({ TableName: "dedup", Item }));
    sqs.queues.set("warehouse", { hidden: 20 });
    await look();
    expect((await state()).position).toBe(position);
  });

  it("decides nothing when a queue does not answer", async () => {
    sqs.queues.delete("inventory-dead");
    await expect(look()).rejects.toThrow("no such queue");
    expect(await state()).toEqual(noAdmissionState);
    expect(metrics()).toEqual([]);
  });

  it("does not take a state that somebody has spoilt for one", async () => {
    const Item = marshall({ ...noAdmissionState, ...ADMISSION_KEY, rev: 3, position: "ajar" });
    await dynamo.client.send(new PutItemCommand({ TableName: "dedup", Item }));
    await expect(look()).rejects.toThrow(
      'the item #admission is no admission state: position: Invalid type: Expected ("open" | "closed")',
    );
  });

  it("keeps an operator's order as it was given", async () => {
    await look();
    const order = { position: "closed", by: "ada", why: "stocktaking", untilMs: 9e12 } as const;
    const store = dynamoAdmissionStore(dynamo.client, "dedup");
    expect(await store.write(forceAdmission(await state(), order))).toBe("written");
    await look();
    expect(await state()).toMatchObject({ rev: 3, position: "open", forced: order });
    expect(metrics()).toMatchObject([{ AdmissionClosed: 0 }, { AdmissionClosed: 1 }]);
  });

  it("obeys the order that the documentation shows how to give", async () => {
    await look();
    const doc = readFileSync("docs/decisions/10-admission-door.md", "utf8");
    // The time that the example names will be over one day.
    const later = (text: string) => text.replace(/\d{13}/, String(Date.now() + 3_600_000));
    const option = (name: string) => later(new RegExp(`--${name} '([^']+)'`).exec(doc)?.[1] ?? "");
    const update = {
      TableName: "dedup",
      Key: JSON.parse(option("key")),
      UpdateExpression: option("update-expression"),
      ExpressionAttributeValues: JSON.parse(option("expression-attribute-values")),
    };
    await dynamo.client.send(new UpdateItemCommand(update));
    const forced = { position: "open", by: "ada" };
    expect(await state()).toMatchObject({ rev: 2, forced });
    sqs.queues.set("warehouse", { visible: 100 });
    await look();
    expect(await state()).toMatchObject({ position: "closed", forced });
    expect(metrics().at(-1)).toMatchObject({ AdmissionClosed: 0 });
    const { ":order": _, ...one } = update.ExpressionAttributeValues;
    const UpdateExpression = /`(REMOVE [^`]+)`/.exec(doc)?.[1];
    await dynamo.client.send(
      new UpdateItemCommand({ ...update, UpdateExpression, ExpressionAttributeValues: one }),
    );
    expect(await state()).not.toHaveProperty("forced");
  });

  it("refuses a write on another revision than it was read at", async () => {
    const store = dynamoAdmissionStore(dynamo.client, "dedup");
    const first = { ...noAdmissionState, rev: 1 };
    expect(await store.write(first)).toBe("written");
    expect(await store.write(first)).toBe("changed");
    expect(await store.write({ ...first, rev: 3 })).toBe("changed");
    expect(await store.write({ ...first, rev: 2 })).toBe("written");
  });

  describe("the order API", () => {
    // It asks no longer than a second how the door stands, which on a busy machine may be too short.
    beforeEach(() => {
      vi.spyOn(AbortSignal, "timeout").mockImplementation(() => new AbortController().signal);
    });
    const call = async (path: string, body: object = {}) => {
      const { handler } = await import("../../lambdas/order-api/handler.ts");
      return handler({
        rawPath: path,
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        requestContext: { http: { method: "POST" } },
      });
    };
    const place = (orderId: string) => call("/orders", { ...ORDER, orderId, lines: LINES });
    const names = () => metrics().flatMap((line) => Object.keys(line));

    it("turns new orders away while the door is closed, and takes steps of the others", async () => {
      await look();
      expect((await place("taken")).statusCode).toBe(201);
      sqs.queues.set("warehouse", { visible: 100 });
      await look();
      vi.resetModules();
      const refused = await place("later");
      expect(refused.statusCode).toBe(503);
      expect(Number(refused.headers["retry-after"])).toBeGreaterThanOrEqual(10);
      expect(JSON.parse(refused.body)).toMatchObject({
        type: "urn:order-event-bus:problem:closed",
        status: 503,
      });
      expect(refused.body).not.toMatch(/warehouse|queue|depth|100/);
      expect((await call("/orders/taken/pay")).statusCode).toBe(200);
      expect((await call("/orders/taken/ship")).statusCode).toBe(200);
      expect(names()).not.toContain("AdmissionUnknown");
    });

    it.each([
      ["there is no state", "dedup"],
      ["its table cannot be read", "no-such-table"],
    ])("lets new orders in when %s, and says so in a metric", async (_, table) => {
      vi.stubEnv("ADMISSION_TABLE", table);
      expect((await place(`unknown-${table}`)).statusCode).toBe(201);
      expect(names().filter((name) => name === "AdmissionUnknown")).toHaveLength(1);
      vi.stubEnv("ADMISSION_TABLE", "dedup");
    });
  });
});
