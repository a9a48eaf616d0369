/**
 * What was wrong: an event whose time ended in `+02` was taken for valid. Its age and its row's
 * expiry were no numbers, so it was never too old, and its row could not have been written.
 *
 * Why: ISO 8601 has offsets without minutes, the schema took them, and JavaScript's clock does not.
 *
 * What fixed it: the schema takes a time only if it is an instant.
 */
import { expect, it } from "vitest";
import { makeWorld, outcomes } from "../core/make-context.ts";
import { makeEnvelope, makeMessage } from "../core/make-message.ts";

it("a time that is no instant is invalid, whatever ISO 8601 says", async () => {
  const world = makeWorld({ rules: { retainDays: 30 } });
  const event = { ...makeEnvelope({ type: "order.cancelled" }), time: "2026-01-01T12:00:00+02" };
  const report = await world.deliver(makeMessage({ body: JSON.stringify(event) }));
  expect(outcomes(report)).toMatchObject({ "o1-message-1": { kind: "dead", cause: "invalid" } });
  expect(world.row()?.expiresAt).toBeUndefined();
  expect(world.effects()).toEqual({});
});
