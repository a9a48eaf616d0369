import { describe, expect, test } from "vitest";
import { readOrderItem } from "../../lambdas/core/read-order-item.ts";
import { makeOrder } from "./make-order.ts";

const order = makeOrder(["pay"]);
const readWith = (fields: object) => readOrderItem({ ...order, ...fields });
const readWithEvent = (fields: object) =>
  readWith({ events: [order.events[0], { ...order.events[1], ...fields }] });

describe("an item of the orders table", () => {
  test("is the order that was written", () => {
    expect(readOrderItem(order)).toEqual({ kind: "order", item: order });
  });

  test("may say more than this version knows: fields, a status, an event type, an expiry", () => {
    for (const fields of [{ gift: true }, { status: "returned" }, { expiresAt: 1 }]) {
      expect(readWith(fields)).toEqual({ kind: "order", item: { ...order, ...fields } });
    }
    for (const fields of [{ gift: true }, { type: "order.returned" }, { requestHash: "h" }]) {
      expect(readWithEvent(fields).kind).toBe("order");
    }
    expect(readWithEvent({ traceparent: undefined }).kind).toBe("order");
  });

  test.each<[string, readonly unknown[]]>([
    ["orderId", ["", "a b", 7]],
    ["version", [0, 1, 3, 2.5, "2"]],
    ["status", ["", "Paid", "p4id", "x".repeat(33), 7]],
    ["customerId", ["", 7]],
    ["currency", ["euro"]],
    ["totalCents", [-1, 0.5, "1"]],
    ["lines", [[], {}]],
    ["events", [{}, []]],
    ["expiresAt", ["soon"]],
  ])("is no order with a wrong %s", (field, values) => {
    const absent = field === "expiresAt" ? [] : [undefined];
    for (const value of [...values, ...absent]) {
      expect(readWith({ [field]: value }).kind, String(value)).toBe("no order");
    }
  });

  test("is an order up to the limits of its texts and numbers", () => {
    expect(readWith({ status: "x".repeat(32) }).kind).toBe("order");
    expect(readWith({ totalCents: 0 }).kind).toBe("order");
    expect(readWithEvent({ id: "i".repeat(128), type: `o${".".repeat(63)}` }).kind).toBe("order");
    expect(readWithEvent({ id: "i" }).kind).toBe("order");
    expect(readOrderItem(makeOrder()).kind).toBe("order");
  });

  test.each<[string, readonly unknown[]]>([
    ["id", ["", "i".repeat(129), 7, undefined]],
    ["type", ["", "Order.paid", ".paid", "order paid", `o${".".repeat(64)}`, undefined]],
    ["time", ["yesterday", undefined]],
    ["schemaVersion", [1, undefined]],
    ["traceparent", ["00-0-0-01"]],
    ["requestHash", [7]],
  ])("is no order with a wrong %s of an event", (field, values) => {
    for (const value of values) expect(readWithEvent({ [field]: value }).kind).toBe("no order");
  });
});

describe("why an item is no order", () => {
  test("is told by paths and rules, at most five, and repeats no value", () => {
    const read = readWith({ customerId: "a secret", currency: "secret", totalCents: -1 });
    expect(read).toEqual({
      kind: "no order",
      reason: "not as an order's: customerId (regex), currency (regex), totalCents (min_value)",
    });
    const { kind, ...rest } = readOrderItem({});
    expect(kind).toBe("no order");
    expect(JSON.stringify(rest).match(/\w+(?= \()/g)).toEqual([
      "orderId",
      "version",
      "status",
      "customerId",
      "currency",
    ]);
  });

  test("is told of the item as a whole where it is the whole", () => {
    const reason = "not as an order's: item (loose_object)";
    expect(readOrderItem(null)).toEqual({ kind: "no order", reason });
    const check = "not as an order's: item (check)";
    expect(readWith({ version: 3 })).toEqual({ kind: "no order", reason: check });
  });
});
