import { describe, expect, test } from "vitest";
import { dueTypes, lastDue, nextDue } from "../../lambdas/core/due-events.ts";
import { EVENT_TYPES } from "../../lambdas/core/order-event.ts";

const LIFE = ["order.created", "order.paid", "order.shipped", "order.delivered"];
const ofLoyalty = dueTypes(["order.paid", "order.cancelled"], { retainDays: 0 });

describe("the types a consumer writes its row for", () => {
  test("are those that it handles", () => {
    expect(ofLoyalty).toEqual(["order.paid", "order.cancelled"]);
    expect(dueTypes(EVENT_TYPES, { retainDays: 0 })).toEqual(EVENT_TYPES);
  });

  test("and, where rows expire, those that end an order", () => {
    expect(dueTypes(["order.created"], { retainDays: 30 })).toEqual([
      "order.created",
      "order.delivered",
      "order.cancelled",
    ]);
  });
});

describe("the next due event", () => {
  test("leaves out what is not handled", () => {
    expect(nextDue(LIFE, ofLoyalty, 0)).toBe(2);
    expect(nextDue(LIFE, ofLoyalty, 1)).toBe(2);
  });

  test("is none when what follows is not handled, or nothing follows", () => {
    expect(nextDue(LIFE, ofLoyalty, 2)).toBeUndefined();
    expect(nextDue(LIFE, dueTypes(EVENT_TYPES, { retainDays: 0 }), 4)).toBeUndefined();
  });

  test("may be of a type that nobody here knows", () => {
    expect(nextDue([...LIFE, "order.returned", "order.paid"], ofLoyalty, 2)).toBe(5);
  });
});

describe("the last due event", () => {
  test("leaves out what is not handled", () => {
    expect(lastDue(LIFE, ofLoyalty)).toBe(2);
    expect(lastDue(["order.created"], ofLoyalty)).toBe(0);
  });

  test("may be of a type that nobody here knows", () => {
    expect(lastDue([...LIFE, "order.returned"], ofLoyalty)).toBe(5);
  });
});
