/**
 * What was wrong: a newer minor version of the events may add fields, and consumers must be able to
 * run behind the order API. They would have refused each order whose lines had one field more.
 *
 * Why: the events' schema reused the door's lines, which are strict so that a misspelt field is
 * told to its sender.
 *
 * What fixed it: the same line is strict at the door and open in an event.
 */
import * as v from "valibot";
import { expect, it } from "vitest";
import { newOrderLinesSchema } from "../../lambdas/core/order-event.ts";
import { kinds, makeWorld } from "../core/make-context.ts";
import { makeEnvelope, makeMessage, oneLine } from "../core/make-message.ts";

it("a field that is new in a line of an event is passed over; at the door it is refused", async () => {
  const lines = oneLine.map((line) => ({ ...line, giftWrap: true }));
  const world = makeWorld();
  const event = { ...makeEnvelope({ lines }), schemaversion: "1.1" };
  const report = await world.deliver(makeMessage({ body: JSON.stringify(event) }));
  expect(kinds(report)).toEqual({ "o1-message-1": "applied" });
  expect(v.safeParse(newOrderLinesSchema, lines).success).toBe(false);
});
