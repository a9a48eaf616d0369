/**
 * What was wrong: the row of an unreadable message without a dead decision would have stayed in the
 * table for ever: it belongs to no order, so nothing ends it.
 *
 * Why: only the decision gave such a row its expiry. Without a token there is no decision.
 *
 * What fixed it: each write of such a row sets its expiry.
 */
import { expect, it } from "vitest";
import { emptyBudget, makeWorld, outcomes } from "../core/make-context.ts";
import { makeMessage } from "../core/make-message.ts";

it("the row of an unreadable message expires also while nothing is decided", async () => {
  const world = makeWorld();
  await emptyBudget(world);
  const report = await world.deliver(makeMessage({ messageId: "m1", body: "no JSON" }));
  expect(outcomes(report)).toMatchObject({ m1: { kind: "retried", withoutToken: true } });
  expect(world.row("#message/m1")?.expiresAt).toBeGreaterThan(world.clock.nowMs / 1_000);
});
