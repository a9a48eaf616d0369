import {
  CreateTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dynamoOrderStore } from "../../lambdas/aws/dynamo-order-store.ts";
import { composePublication } from "../../lambdas/core/compose-event.ts";
import { decideStep } from "../../lambdas/core/decide-step.ts";
import { createCommand, makeOrder, RULES, stepCommand } from "../core/make-order.ts";
import { hasDynoxide, startDynoxide } from "../emulators/start-dynoxide.ts";

describe.runIf(hasDynoxide)("the orders table in dynoxide", () => {
  let database: Awaited<ReturnType<typeof startDynoxide>>;
  const store = () => dynamoOrderStore(database.client, "orders");
  const found = async (orderId: string) => {
    const read = await store().get(orderId);
    if (read.kind !== "found") throw new Error(read.kind);
    return read.item;
  };

  beforeAll(async () => {
    database = await startDynoxide();
    await database.client.send(
      new CreateTableCommand({
        TableName: "orders",
        KeySchema: [{ AttributeName: "orderId", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "orderId", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
  });
  afterAll(() => database?.stop());

  test("an order is stored and read back as it is, step by step", async () => {
    expect(await store().get("a")).toEqual({ kind: "none" });
    expect(await store().put(makeOrder([], "a"), 0)).toEqual({ kind: "written" });
    expect(await found("a")).toEqual(makeOrder([], "a"));
    for (const steps of [["pay"], ["pay", "ship"]] as const) {
      const item = makeOrder(steps, "a");
      expect(await store().put(item, item.version - 1)).toEqual({ kind: "written" });
      expect(await found("a")).toEqual(item);
    }
  });

  test("what comes back composes to the same bytes", async () => {
    await store().put(makeOrder([], "bytes"), 0);
    const bodies = [await found("bytes"), makeOrder([], "bytes")].map(
      (order) => composePublication(order, 1).body,
    );
    expect(bodies[0]).toBe(bodies[1]);
  });

  test("a write that expects another version changes nothing and tells what is there", async () => {
    await store().put(makeOrder([], "b"), 0);
    await store().put(makeOrder(["cancel"], "b"), 1);
    const there = { kind: "changed", item: makeOrder(["cancel"], "b") };
    expect(await store().put(makeOrder(["pay"], "b"), 1)).toEqual(there);
    expect(await store().put(makeOrder([], "b"), 0)).toEqual(there);
    expect(await found("b")).toEqual(makeOrder(["cancel"], "b"));
    expect(await store().put(makeOrder(["pay"], "none"), 1)).toEqual({
      kind: "changed",
      item: undefined,
    });
  });

  test("a retry of a write whose reply was lost finds itself", async () => {
    const item = makeOrder([], "c");
    await store().put(item, 0);
    const retried = await store().put(item, 0);
    if (retried.kind !== "changed") throw new Error(retried.kind);
    expect(decideStep(retried.item, createCommand("c"), RULES).kind).toBe("repeated");
  });

  test("of ten racing writes of one version one is written", async () => {
    await store().put(makeOrder([], "d"), 0);
    const item = makeOrder(["pay"], "d");
    const writes = await Promise.all(Array.from({ length: 10 }, () => store().put(item, 1)));
    expect(writes.filter(({ kind }) => kind === "written")).toHaveLength(1);
    expect((await found("d")).events).toHaveLength(2);
  });

  test("the expiry of a finished order is a number of seconds, for the table's TTL", async () => {
    const shipped = makeOrder(["pay", "ship"], "e");
    await store().put(shipped, 0);
    const rules = { ...RULES, retainDays: 1 };
    const decision = decideStep(shipped, stepCommand("deliver", 4, "e"), rules);
    if (decision.kind !== "accepted") throw new Error(decision.kind);
    await store().put(decision.item, 3);
    const Key = marshall({ orderId: "e" });
    const { Item } = await database.client.send(new GetItemCommand({ TableName: "orders", Key }));
    expect(Item?.expiresAt).toEqual({ N: String(Date.UTC(2026, 0, 5) / 1_000) });
  });

  test("an item that is no order is an error and not an order", async () => {
    const Item = marshall({ orderId: "f", version: 1 });
    await database.client.send(new PutItemCommand({ TableName: "orders", Item }));
    await expect(store().get("f")).rejects.toThrow("an item of the orders table");
  });
});

describe("a table that does not answer", () => {
  const failing = (error: unknown) => {
    const send = async () => {
      throw error;
    };
    return dynamoOrderStore({ send } as unknown as DynamoDBClient, "orders");
  };
  const thrown = (name: string, more: object = {}) =>
    Object.assign(new Error(name), { name, ...more });

  test.each([
    thrown("ThrottlingException", { $metadata: { httpStatusCode: 400 } }),
    thrown("TransactionConflictException", { $metadata: { httpStatusCode: 400 } }),
    thrown("InternalServerError", { $metadata: { httpStatusCode: 500 } }),
    thrown("TimeoutError"),
    thrown("Error", { code: "ECONNRESET" }),
  ])("with %s is busy", async (error) => {
    expect(await failing(error).get("a")).toEqual({ kind: "busy" });
    expect(await failing(error).put(makeOrder(), 0)).toEqual({ kind: "busy" });
  });

  test.each(["AccessDeniedException", "ResourceNotFoundException", "ValidationException"])(
    "with %s throws: no retry can mend it",
    async (name) => {
      const error = thrown(name, { $metadata: { httpStatusCode: 400 } });
      await expect(failing(error).get("a")).rejects.toThrow(name);
      await expect(failing(error).put(makeOrder(), 0)).rejects.toThrow(name);
    },
  );
});
