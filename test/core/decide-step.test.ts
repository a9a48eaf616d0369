import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Decision, decideStep } from "../../lambdas/core/decide-step.ts";
import { MAX_LINES, orderLineSchema } from "../../lambdas/core/order-event.ts";
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import { NEXT_STEPS, type NextStep, stepsFrom } from "../../lambdas/core/order-steps.ts";
import { readOrderItem } from "../../lambdas/core/read-order-item.ts";
import { createCommand, makeOrder, RULES, stepCommand, TRACE } from "./make-order.ts";

const accepted = (decision: Decision): OrderItem => {
  if (decision.kind !== "accepted") throw new Error(decision.kind);
  return decision.item;
};

describe("the order state machine", () => {
  test("a new order begins at version 1 with its sum and one event", () => {
    const item = accepted(decideStep(undefined, createCommand(), RULES));
    expect(item).toMatchObject({ version: 1, status: "created", totalCents: 3 * 150 + 990 });
    expect(item.events).toStrictEqual([
      {
        id: "o1-1",
        type: "order.created",
        time: "2026-01-01T00:00:00.000Z",
        schemaVersion: "1.0",
        traceparent: TRACE,
      },
    ]);
  });

  test.each<[readonly NextStep[], NextStep, string]>([
    [[], "pay", "paid"],
    [["pay"], "ship", "shipped"],
    [["pay", "ship"], "deliver", "delivered"],
    [[], "cancel", "cancelled"],
    [["pay"], "cancel", "cancelled"],
  ])("after %j the step %s makes it %s", (before, step, status) => {
    const order = makeOrder(before);
    const item = accepted(decideStep(order, stepCommand(step, order.version + 1), RULES));
    expect(item).toMatchObject({ status, version: order.version + 1 });
    expect(item.events.slice(0, -1)).toEqual(order.events);
    expect(item.events.at(-1)?.type).toBe(`order.${status}`);
  });

  test.each<[readonly NextStep[], NextStep, string, readonly NextStep[]]>([
    [[], "ship", "created", ["pay", "cancel"]],
    [[], "deliver", "created", ["pay", "cancel"]],
    [["pay"], "pay", "paid", ["ship", "cancel"]],
    [["pay", "ship"], "cancel", "shipped", ["deliver"]],
    [["pay", "ship", "deliver"], "cancel", "delivered", []],
    [["cancel"], "pay", "cancelled", []],
  ])("after %j the step %s is refused and the answer says what is allowed", (...row) => {
    const [before, step, status, allowed] = row;
    const order = makeOrder(before);
    expect(decideStep(order, stepCommand(step, 9), RULES)).toEqual({
      kind: "conflict",
      status,
      allowed,
    });
  });

  test("a step of no order is not found, and an order is not made twice", () => {
    expect(decideStep(undefined, stepCommand("pay", 2), RULES).kind).toBe("not found");
    const again = { ...createCommand(), eventId: "another" };
    expect(decideStep(makeOrder(["pay"]), again, RULES)).toEqual({
      kind: "exists already",
      status: "paid",
    });
  });

  test("any walk counts its versions and events alike and stays a readable order", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...NEXT_STEPS), { maxLength: 12 }), (steps) => {
        let item = makeOrder();
        for (const step of steps) {
          const decision = decideStep(item, stepCommand(step, item.version + 1), RULES);
          const allowed = stepsFrom(item.status).includes(step);
          expect(decision.kind).toBe(allowed ? "accepted" : "conflict");
          if (decision.kind === "accepted") item = decision.item;
          expect(item.events).toHaveLength(item.version);
        }
        expect(readOrderItem(item)).toEqual({ kind: "order", item });
      }),
    );
  });
});

describe("a request that comes again", () => {
  const keyed = { ...stepCommand("pay", 2), requestHash: "h1" };
  const order = accepted(decideStep(makeOrder(), keyed, RULES));

  test("finds its event, and is not a conflict with the state that it made", () => {
    expect(decideStep(order, { ...keyed, time: "2026-02-01T00:00:00.000Z" }, RULES)).toEqual({
      kind: "repeated",
      item: order,
      sequence: 2,
    });
  });

  test("is still the same event when the order went on", () => {
    const later = accepted(decideStep(order, stepCommand("ship", 3), RULES));
    expect(decideStep(later, keyed, RULES)).toMatchObject({ kind: "repeated", sequence: 2 });
  });

  test("with another body or another step under its key is refused", () => {
    expect(decideStep(order, { ...keyed, requestHash: "h2" }, RULES).kind).toBe("key reused");
    expect(decideStep(order, { ...keyed, step: "ship" }, RULES).kind).toBe("key reused");
  });

  test("of which the first was refused is decided anew", () => {
    const early = { ...stepCommand("ship", 2), eventId: "key-s", requestHash: "h3" };
    expect(decideStep(makeOrder(), early, RULES).kind).toBe("conflict");
    expect(decideStep(makeOrder(["pay"]), early, RULES).kind).toBe("accepted");
  });
});

describe("limits", () => {
  test("an order that would outgrow its item is refused, to the byte", () => {
    const bytes = Buffer.byteLength(JSON.stringify(makeOrder()));
    const decide = (maxItemBytes: number) =>
      decideStep(undefined, createCommand(), { ...RULES, maxItemBytes });
    expect(decide(bytes).kind).toBe("accepted");
    expect(decide(bytes - 1)).toEqual({ kind: "too large", bytes, maxBytes: bytes - 1 });
  });

  test("the largest order that the limits allow fits its item, and its sum is exact", () => {
    const [quantity, unitPriceCents] = [10_000, 100_000_000];
    const lines = Array.from({ length: MAX_LINES }, (_, index) => ({
      sku: String(index).padStart(64, "\\"),
      quantity,
      unitPriceCents,
    }));
    const most = {
      ...createCommand("o".repeat(64)),
      order: { customerId: "c".repeat(128), currency: "EUR", lines },
    };
    const item = accepted(decideStep(undefined, most, RULES));
    expect(item.totalCents).toBe(MAX_LINES * quantity * unitPriceCents);
    expect(Number.isSafeInteger(item.totalCents)).toBe(true);
    expect(readOrderItem(item).kind).toBe("order");
    const beyond = { ...lines[0], quantity: quantity + 1 };
    expect(readOrderItem({ ...item, lines: [beyond] }).kind).toBe("no order");
    expect(orderLineSchema.entries.quantity.pipe[3].requirement).toBe(quantity);
  });

  test("a finishing step sets the expiry of a stage that forgets, and no other step does", () => {
    const rules = { ...RULES, retainDays: 30 };
    const shipped = accepted(decideStep(makeOrder(["pay"]), stepCommand("ship", 3), rules));
    expect(shipped.expiresAt).toBeUndefined();
    const delivered = accepted(decideStep(shipped, stepCommand("deliver", 4), rules));
    expect(delivered.expiresAt).toBe(Date.UTC(2026, 0, 4 + 30) / 1_000);
    const kept = accepted(decideStep(shipped, stepCommand("deliver", 4), RULES));
    expect(kept.expiresAt).toBeUndefined();
  });
});
