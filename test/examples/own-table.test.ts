/** The example of a shop with a table of its own: its code against a store, its stack, its consumer. */
import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { scanOrders } from "../../cli/scan-orders.ts";
import type { Stage } from "../../cli/stage-clients.ts";
import type { Call } from "../../examples/own-table/checkout.ts";
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import { type Dynoxide, hasDynoxide, startDynoxide } from "../emulators/start-dynoxide.ts";

const cart = [{ article: "tea", pieces: 2, cents: 450 }];
const place = (order: string, requestId = `place-${order}`): Call => ({
  ...{ order, requestId, step: "place", buyer: "ada", cart },
});
const pay = (order: string, requestId = `pay-${order}`): Call => ({
  ...{ order, requestId, step: "pay" },
});

describe.skipIf(!hasDynoxide)("the checkout of a shop with a table of its own", () => {
  let dynoxide: Dynoxide;
  let checkout: (call: Call) => Promise<unknown>;

  beforeAll(async () => {
    dynoxide = await startDynoxide();
    const text = (AttributeName: string) => ({ AttributeName, AttributeType: "S" as const });
    await dynoxide.client.send(
      new CreateTableCommand({
        TableName: "shop",
        AttributeDefinitions: [text("pk"), text("sk")],
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "sk", KeyType: "RANGE" },
        ],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
    vi.stubEnv("SHOP_TABLE", "shop");
    vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", dynoxide.endpoint);
    vi.stubEnv("AWS_REGION", "eu-west-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
    checkout = (await import("../../examples/own-table/checkout.ts")).handler;
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await dynoxide.stop();
  });

  const orders = async (): Promise<Map<string, OrderItem>> => {
    const outputs = { OrdersTable: "shop", OutboxAttribute: "outbox" };
    const stage = { dynamo: dynoxide.client, outputs } as unknown as Stage;
    const found = new Map<string, OrderItem>();
    for await (const order of scanOrders(stage)) {
      if (order.kind !== "order") throw new Error(`${order.orderId}: ${order.reason}`);
      found.set(order.orderId, order.item);
    }
    return found;
  };
  const typesOf = async (order: string) =>
    (await orders()).get(order)?.events.map(({ type }) => type);

  it("writes each step and its event together", async () => {
    await checkout(place("a"));
    await checkout(pay("a"));
    expect((await orders()).get("a")).toMatchObject({
      ...{ version: 2, status: "paid", customerId: "ada", totalCents: 900 },
      lines: [{ sku: "tea", quantity: 2, unitPriceCents: 450 }],
    });
    expect(await typesOf("a")).toEqual(["order.created", "order.paid"]);
  });

  it("makes one event of a step that is asked twice, also at the same time", async () => {
    const twice = (call: Call) => Promise.all([checkout(call), checkout(call)]);
    await twice(place("b"));
    await twice(pay("b"));
    await checkout(place("b"));
    expect(await typesOf("b")).toEqual(["order.created", "order.paid"]);
  });

  it("loses no step when different ones come at the same time", async () => {
    await checkout(place("c"));
    await Promise.all([checkout(pay("c", "one")), checkout(pay("c", "other"))]);
    const ids = (await orders()).get("c")?.events.map(({ id }) => id);
    expect(ids?.toSorted()).toEqual(["one", "other", "place-c"]);
  });

  it("keeps things that are no orders in the same table, which the tools pass over", async () => {
    expect([...(await orders()).keys()].toSorted()).toEqual(["a", "b", "c"]);
  });

  it("refuses an order that no consumer could read, and leaves nothing of it", async () => {
    await expect(checkout(place("not an id"))).rejects.toThrow("orderId");
    expect((await orders()).size).toBe(3);
  });
});
