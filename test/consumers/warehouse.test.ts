import { expect, it } from "vitest";
import { warehouse } from "../../lambdas/consumers/warehouse.ts";
import { EVENT_TYPES } from "../../lambdas/core/order-event.ts";
import { makeEvent, shopWith } from "./make-event.ts";

it("every event is one fact, keyed by its day and its id", async () => {
  const { take, facts } = shopWith(warehouse);
  await take("o1", ...EVENT_TYPES);
  expect([...facts("facts").keys()]).toEqual(
    [1, 2, 3, 4, 5].map((sequence) => `2026-01-01|o1-event-${sequence}`),
  );
});

it("a fact holds the order's numbers and not its lines", () => {
  const { effects } = warehouse.handle(undefined, makeEvent({ totalCents: 990 }), {});
  expect(effects).toEqual([
    {
      kind: "fact",
      table: "facts",
      item: {
        day: "2026-01-01",
        eventId: "o1-event-1",
        orderId: "o1",
        sequence: 1,
        type: "order.created",
        time: "2026-01-01T12:00:00.000Z",
        customerId: "ann",
        currency: "EUR",
        totalCents: 990,
      },
    },
  ]);
});

it("the same event is the same fact, whenever it comes", () => {
  const event = makeEvent({ sequence: 3 });
  expect(warehouse.handle(undefined, event, {})).toEqual(warehouse.handle({}, event, {}));
});
