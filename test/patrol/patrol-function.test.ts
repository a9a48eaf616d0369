/**
 * The patrol as Lambda runs it: over DynamoDB as dynoxide plays it, and an SQS that tells what a
 * test has set.
 */
import {
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { dynamoPatrolState, PATROL_KEY } from "../../lambdas/aws/dynamo-patrol-state.ts";
import { rowToItem } from "../../lambdas/aws/ledger-item.ts";
import { noPatrolState } from "../../lambdas/core/patrol-state.ts";
import { startCountingSqs } from "../admission/start-counting-sqs.ts";
import { appliedRow, deadRow } from "../cli/make-stage.ts";
import { createTables } from "../contract/create-tables.ts";
import { makeOrder } from "../core/make-order.ts";
import { type Dynoxide, hasDynoxide, startDynoxide } from "../emulators/start-dynoxide.ts";

const url = (name: string) => `https://sqs.eu-west-1.amazonaws.com/123456789012/${name}`;
const QUEUES = {
  queues: { fraud: url("fraud"), loyalty: url("loyalty") },
  deadLetters: { parking: url("parking"), "fraud/dead-letters": url("fraud-dead") },
};
const RULES = {
  ...{ behindAfterSeconds: 1_800, retrySeconds: 3_600, backlog: 5 },
  piece: { smallest: 2, largest: 2, first: 2, runsPerRound: 3 },
};

describe.skipIf(!hasDynoxide)("the patrol function", () => {
  let dynamo: Dynoxide;
  let sqs: Awaited<ReturnType<typeof startCountingSqs>>;
  let printed: string[];

  beforeAll(async () => {
    [dynamo, sqs] = await Promise.all([startDynoxide(), startCountingSqs()]);
    await createTables(dynamo.client);
    const environment = {
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL_DYNAMODB: dynamo.endpoint,
      AWS_ENDPOINT_URL_SQS: sqs.endpoint,
      POWERTOOLS_METRICS_NAMESPACE: "OrderEventBus",
      POWERTOOLS_SERVICE_NAME: "test-Patrol",
      ORDERS_TABLE: "orders",
      DEDUP_TABLE: "dedup",
      PATROL_QUEUES: JSON.stringify(QUEUES),
      PATROL_RULES: JSON.stringify(RULES),
    };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await Promise.all([dynamo?.stop(), sqs?.stop()]);
  });

  const createOrders = (AttributeName: string, AttributeType: "S" | "B" = "S") =>
    dynamo.client.send(
      new CreateTableCommand({
        TableName: "orders",
        KeySchema: [{ AttributeName, KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName, AttributeType }],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
  const put = (TableName: string, item: object) =>
    dynamo.client.send(
      new PutItemCommand({ TableName, Item: marshall(item, { removeUndefinedValues: true }) }),
    );
  const putRow = (consumer: string, row: Parameters<typeof rowToItem>[0]) =>
    dynamo.client.send(new PutItemCommand({ TableName: "dedup", Item: rowToItem(row, consumer) }));

  beforeEach(async () => {
    sqs.queues.clear();
    for (const each of Object.values({ ...QUEUES.queues, ...QUEUES.deadLetters })) {
      sqs.queues.set(each.split("/").at(-1) ?? "", {});
    }
    await createOrders("orderId");
    for (const orderId of ["a", "b", "c"]) {
      await put("orders", makeOrder(["pay"], orderId));
      for (const name of ["fraud", "loyalty"]) await putRow(name, appliedRow(orderId, 2));
    }
    const Key = marshall(PATROL_KEY);
    await dynamo.client.send(new DeleteItemCommand({ TableName: "dedup", Key }));
    printed = [];
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, "write").mockImplementation((chunk) => {
        printed.push(String(chunk));
        return true;
      });
    }
    vi.resetModules();
    return async () => {
      vi.restoreAllMocks();
      await dynamo.client.send(new DeleteTableCommand({ TableName: "orders" }));
    };
  });

  const run = async () => (await import("../../lambdas/patrol/handler.ts")).handler();
  const state = () => dynamoPatrolState(dynamo.client, "dedup").readState();
  const metrics = (name: string) =>
    printed
      .join("")
      .split("\n")
      .filter((line) => line.includes('"_aws"') && line.includes(`"${name}"`))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const told = (name: string) => metrics(name).map((metric) => metric[name]);

  it("goes through the table in pieces, and begins again", async () => {
    await run();
    expect(await state()).toMatchObject({ rev: 1, round: 0, read: 2 });
    await run();
    expect(await state()).toEqual({ rev: 2, round: 1, read: 0, lastRound: 3, behind: [] });
    await run();
    expect(told("OrdersAudited")).toEqual([2, 1, 2]);
    expect(told("OrdersBehind")).toEqual([0, 0, 0]);
    expect(printed.join("")).toContain("the end of the table has been reached");
    expect(printed.join("")).not.toContain("not audited");
  });

  it("writes no metric but the two of the orders", async () => {
    await run();
    const names = printed
      .join("")
      .split("\n")
      .filter((line) => line.includes('"_aws"'))
      .flatMap((line) => JSON.parse(line)._aws.CloudWatchMetrics)
      .flatMap(({ Metrics }: { Metrics: { Name: string }[] }) => Metrics.map(({ Name }) => Name));
    expect(names.toSorted()).toEqual(["OrdersAudited", "OrdersBehind"]);
  });

  it("says which order is behind where, once, and counts it until it is mended", async () => {
    await putRow("fraud", appliedRow("b", 1));
    for (let piece = 0; piece < 4; piece++) await run();
    const found = printed
      .join("")
      .split("\n")
      .filter((line) => line.includes("order is behind"));
    expect(found.map((line) => JSON.parse(line))).toMatchObject([
      { orderId: "b", consumer: "fraud", missing: 2 },
    ]);
    expect(told("OrdersBehind").slice(-2)).toEqual([1, 1]);
    await putRow("fraud", appliedRow("b", 2));
    await run();
    expect(told("OrdersBehind").at(-1)).toBe(0);
  });

  it("does not call an order behind that is a dead letter, or whose consumer has a backlog", async () => {
    await putRow("fraud", deadRow("a", 1));
    await putRow("loyalty", appliedRow("b", 1));
    sqs.queues.set("loyalty", { visible: 6 });
    for (let piece = 0; piece < 2; piece++) await run();
    expect(told("OrdersBehind")).toEqual([0, 0]);
    expect(told("OrdersAudited")).toEqual([0, 0]);
    const skipped = printed
      .join("")
      .split("\n")
      .filter((line) => line.includes("not audited"));
    expect(skipped.map((line) => JSON.parse(line).consumers)).toEqual([["loyalty"], ["loyalty"]]);
  });

  it("reads a table of the user's own, whatever its keys are, and passes other items over", async () => {
    vi.stubEnv("OUTBOX_ATTRIBUTE", "outbox");
    await dynamo.client.send(new DeleteTableCommand({ TableName: "orders" }));
    await createOrders("key", "B");
    const key = (text: string) => ({ key: Buffer.from(text) });
    await put("orders", { ...key("1"), outbox: makeOrder(["pay"], "a") });
    await put("orders", key("2"));
    await put("orders", { ...key("3"), outbox: { orderId: "x", version: "two" } });
    await put("orders", { ...key("4"), outbox: makeOrder(["pay", "ship"], "b") });
    await run();
    await run();
    vi.stubEnv("OUTBOX_ATTRIBUTE", undefined);
    expect(told("OrdersAudited").reduce((sum, each) => Number(sum) + Number(each), 0)).toBe(2);
    expect(told("OrdersBehind").at(-1)).toBe(1);
  });

  it("writes nothing when a queue does not answer", async () => {
    sqs.queues.delete("fraud-dead");
    await expect(run()).rejects.toThrow("no such queue");
    expect(await state()).toEqual(noPatrolState);
    expect(told("OrdersBehind")).toEqual([]);
  });

  it("begins anew where its item is not one that it knows, and refuses what another has written", async () => {
    await put("dedup", { ...PATROL_KEY, rev: 7, cursor: 3 });
    expect(await state()).toEqual({ ...noPatrolState, rev: 7 });
    await run();
    expect(await state()).toMatchObject({ rev: 8, read: 2 });
    const store = dynamoPatrolState(dynamo.client, "dedup");
    expect(await store.writeState({ ...noPatrolState, rev: 8 })).toBe("changed");
    expect(await store.writeState({ ...noPatrolState, rev: 9 })).toBe("written");
  });
});
