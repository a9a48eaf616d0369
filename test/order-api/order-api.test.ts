import { beforeEach, describe, expect, test } from "vitest";
import { type Answer, apiWorld, ORDER } from "./api-world.ts";

let world: ReturnType<typeof apiWorld>;
beforeEach(() => {
  world = apiWorld();
});

const { orderId: _, ...ANONYMOUS } = ORDER;
const key = (value: string) => ({ "idempotency-key": value });
const first = ({ status, body }: Answer) => ({ status, body });

describe("placing an order", () => {
  test("answers 201 with where it is, its state and its event", async () => {
    const answer = await world.call("POST", "/orders", ORDER);
    expect(answer.status).toBe(201);
    expect(answer.headers).toMatchObject({
      location: "/orders/o1",
      "content-type": "application/json",
    });
    expect(answer.json).toMatchObject({
      orderId: "o1",
      status: "created",
      version: 1,
      totalCents: 450,
      eventId: world.memory.items.get("o1")?.events[0]?.id,
    });
  });

  test("without an order id makes one, another each time", async () => {
    const one = await world.call("POST", "/orders", ANONYMOUS);
    const two = await world.call("POST", "/orders", ANONYMOUS);
    expect(one.json.orderId).toMatch(/^[0-9a-f-]{36}$/);
    expect(two.json.orderId).not.toBe(one.json.orderId);
  });

  test("of an id that is taken is refused and says its state", async () => {
    await world.call("POST", "/orders", ORDER);
    const answer = await world.call("POST", "/orders", ORDER);
    expect(answer.status).toBe(409);
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    expect(answer.json).toMatchObject({ status: 409, orderId: "o1", orderStatus: "created" });
  });
});

describe("steps", () => {
  beforeEach(() => world.call("POST", "/orders", ORDER));

  test("take an order to its end, and its history shows each", async () => {
    for (const step of ["pay", "ship", "deliver"]) {
      expect((await world.call("POST", `/orders/o1/${step}`)).status).toBe(200);
    }
    const { status, json } = await world.call("GET", "/orders/o1");
    expect(status).toBe(200);
    expect(json).toMatchObject({ ...ORDER, status: "delivered", version: 4, totalCents: 450 });
    const history = json.history as { sequence: number; eventType: string }[];
    expect(history.map(({ sequence, eventType }) => [sequence, eventType])).toEqual([
      [1, "order.created"],
      [2, "order.paid"],
      [3, "order.shipped"],
      [4, "order.delivered"],
    ]);
  });

  test("that the state does not allow are refused, and say which it allows", async () => {
    const { status, json } = await world.call("POST", "/orders/o1/ship");
    expect(status).toBe(409);
    expect(json).toMatchObject({ orderStatus: "created", allowedSteps: ["pay", "cancel"] });
    expect(json.detail).toBe("Order o1 is created, which allows only pay or cancel, not ship.");
    expect(world.memory.items.get("o1")?.version).toBe(1);
  });

  test("take an empty object, and refuse anything in it", async () => {
    expect((await world.call("POST", "/orders/o1/pay", {})).status).toBe(200);
    const { status, json } = await world.call("POST", "/orders/o1/ship", { by: "air" });
    expect(status).toBe(400);
    expect(json.faults).toMatchObject([{ pointer: "#/by", fix: "Remove it or correct its name." }]);
  });

  test("of no order are not found", async () => {
    expect((await world.call("POST", "/orders/o2/pay")).status).toBe(404);
    expect((await world.call("GET", "/orders/o2")).status).toBe(404);
  });
});

describe("an Idempotency-Key", () => {
  test("gives a repeat its first answer, even when the order went on", async () => {
    const created = await world.call("POST", "/orders", ORDER, key("k1"));
    const paid = await world.call("POST", "/orders/o1/pay", "", key("k2"));
    await world.call("POST", "/orders/o1/ship");
    expect(first(await world.call("POST", "/orders", ORDER, key("k1")))).toEqual(first(created));
    expect(first(await world.call("POST", "/orders/o1/pay", {}, key("k2")))).toEqual(first(paid));
    expect(world.memory.items.get("o1")?.version).toBe(3);
  });

  test("finds the order whose id was left to us", async () => {
    const created = await world.call("POST", "/orders", ANONYMOUS, key("k1"));
    expect(first(await world.call("POST", "/orders", ANONYMOUS, key("k1")))).toEqual(
      first(created),
    );
    expect(world.memory.items.size).toBe(1);
  });

  test("with another body or another step is refused with 422", async () => {
    await world.call("POST", "/orders", ORDER, key("k1"));
    const other = { ...ORDER, customerId: "c2" };
    expect((await world.call("POST", "/orders", other, key("k1"))).status).toBe(422);
    expect((await world.call("POST", "/orders/o1/pay", "", key("k1"))).status).toBe(422);
  });

  test("does not mind the order of the body's keys", async () => {
    const created = await world.call("POST", "/orders", ORDER, key("k1"));
    const reversed = Object.fromEntries(Object.entries(ORDER).reverse());
    expect(first(await world.call("POST", "/orders", reversed, key("k1")))).toEqual(first(created));
  });

  test("of a refused step may be used again", async () => {
    await world.call("POST", "/orders", ORDER);
    expect((await world.call("POST", "/orders/o1/ship", "", key("k"))).status).toBe(409);
    await world.call("POST", "/orders/o1/pay");
    expect((await world.call("POST", "/orders/o1/ship", "", key("k"))).status).toBe(200);
  });

  test("belongs to its order: another's may be the same", async () => {
    await world.call("POST", "/orders", ORDER, key("k"));
    const other = { ...ORDER, orderId: "o2" };
    expect((await world.call("POST", "/orders", other, key("k"))).status).toBe(201);
    const ids = [...world.memory.items.values()].map(({ events }) => events[0]?.id);
    expect(new Set(ids).size).toBe(2);
  });

  test.each(["", "é", "k".repeat(256)])("that is %j is refused", async (value) => {
    const { status, json } = await world.call("POST", "/orders", ORDER, key(value));
    expect(status).toBe(400);
    expect(json.faults).toMatchObject([{ header: "Idempotency-Key" }]);
  });
});

describe("a table or a shop that cannot now", () => {
  test("answers 503 with Retry-After, and the same request works later", async () => {
    world.memory.nextFaults.push(...Array.from({ length: 50 }, () => "busy" as const));
    const answer = await world.call("POST", "/orders", ORDER);
    expect(answer.status).toBe(503);
    expect(Number(answer.headers["retry-after"])).toBeGreaterThan(0);
    world.memory.nextFaults.length = 0;
    expect((await world.call("POST", "/orders", ORDER)).status).toBe(201);
  });

  test("an order whose write lost its reply is answered 201 and is there once", async () => {
    world.memory.nextFaults.push("lost reply");
    expect((await world.call("POST", "/orders", ANONYMOUS)).status).toBe(201);
    expect(world.memory.items.size).toBe(1);
  });

  test("a closed door turns away new orders and lets the others finish", async () => {
    let retryAfterSeconds = 0;
    world = apiWorld({
      admission: async () =>
        retryAfterSeconds > 0 ? { kind: "closed", retryAfterSeconds } : { kind: "open" },
    });
    const created = await world.call("POST", "/orders", ORDER, key("k"));
    retryAfterSeconds = 20;
    const refused = await world.call("POST", "/orders", { ...ORDER, orderId: "o2" });
    expect(refused.status).toBe(503);
    expect(refused.headers["retry-after"]).toBe("20");
    expect(first(await world.call("POST", "/orders", ORDER, key("k")))).toEqual(first(created));
    expect((await world.call("POST", "/orders/o1/pay")).status).toBe(200);
  });

  test("an unexpected error says nothing of itself and can be found by its reference", async () => {
    Object.assign(world.memory.items, {
      get: () => {
        throw new Error("secret of customer c1");
      },
    });
    const { status, body, json } = await world.call("GET", "/orders/o1");
    expect(status).toBe(500);
    expect(body).not.toContain("secret");
    expect(world.reports).toMatchObject([{ kind: "error", reference: json.reference }]);
  });
});

describe("paths and methods", () => {
  test.each([
    ["GET", "/orders", "POST"],
    ["DELETE", "/orders/o1", "GET"],
    ["GET", "/orders/o1/pay", "POST"],
  ])("%s %s is refused and says that it takes %s", async (method, path, allow) => {
    const answer = await world.call(method, path);
    expect([answer.status, answer.headers.allow]).toEqual([405, allow]);
  });

  test.each(["/", "/orders/", "/orders/o1/refund", "/orders/o1/pay/now", "/order"])(
    "%s is nowhere",
    async (path) => {
      expect((await world.call("POST", path)).status).toBe(404);
    },
  );

  test("an id that no order can have is named as the fault", async () => {
    const { status, json } = await world.call("GET", "/orders/o%201");
    expect(status).toBe(400);
    expect(json.faults).toMatchObject([{ parameter: "orderId" }]);
  });
});

describe("the trace", () => {
  const incoming = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

  test("of the caller goes on, into the answer and the event", async () => {
    const answer = await world.call("POST", "/orders", ORDER, { traceparent: incoming });
    const own = answer.headers.traceparent ?? "";
    expect(own).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/);
    expect(own).not.toBe(incoming);
    expect(world.memory.items.get("o1")?.events[0]?.traceparent).toBe(own);
  });

  test.each([
    undefined,
    "nonsense",
    incoming.replace(/^00/, "ff"),
    incoming.replace("0af7651916cd43dd8448eb211c80319c", "0".repeat(32)),
    incoming.replace("b7ad6b7169203331", "0".repeat(16)),
    `${incoming}-more`,
  ])("of %s begins anew", async (traceparent) => {
    const { headers } = await world.call("GET", "/orders/o1", "", { traceparent });
    expect(headers.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(headers.traceparent).not.toContain("0af7651916cd43dd8448eb211c80319c");
  });
});

test("nothing that is reported holds what was sent", async () => {
  await world.call("POST", "/orders", ORDER);
  await world.call("POST", "/orders", { ...ORDER, customerId: "customer é" });
  await world.call("POST", "/orders/o1/ship");
  const told = JSON.stringify(world.reports);
  expect(world.reports).toHaveLength(3);
  for (const secret of ["c1", "customer", "pen", "150"]) expect(told).not.toContain(secret);
});
