import { expect, it } from "vitest";
import { EVENT_TYPES, SCHEMA_VERSION } from "../../lambdas/core/order-event.ts";
import { FORMATS, readEvents, sumsNow, sumsThen, versionsOf } from "./fixtures.ts";

const EDITED =
  "A fixture was edited, added by hand or deleted. It is what a released version has left behind, so it stays as it was: git checkout test/fixtures. Newer ones are written by `npm run fixtures`.";

it("no fixture was ever edited or deleted", () => {
  expect(sumsNow(), EDITED).toBe(sumsThen());
});

it("what today's code writes has fixtures (else: npm run fixtures)", () => {
  expect(versionsOf("events")).toContain(SCHEMA_VERSION);
  expect(versionsOf("schemas")).toEqual(versionsOf("events"));
  expect(versionsOf("orders").at(-1)).toBe(FORMATS.orders);
  expect(versionsOf("rows").at(-1)).toBe(FORMATS.rows);
});

it("there is an event of each type that today's version knows", () => {
  const types = readEvents(SCHEMA_VERSION).map(({ body }) => JSON.parse(body).type);
  expect(new Set(types)).toEqual(new Set(EVENT_TYPES));
});
