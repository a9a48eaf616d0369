/**
 * What was wrong: an event that kills its function had spent its attempts, and the dead-letter
 * budget had no token. It was run again at once, and later together with whoever shared its batch:
 * each time they were taken along, and lost a receive and a visibility timeout.
 *
 * Why: without a token nothing was decided, and the code went on as if nothing had been judged.
 * Once that was mended, the outcome "it left none" was written and the start closed, and with a
 * closed start it no longer counted as a suspect.
 *
 * What fixed it: an undecided suspect backs off like any failure (`judgeCrash`), and one of whom
 * only the missing outcome is known stays a suspect, who runs alone (`isSuspect`).
 */
import { expect, it } from "vitest";
import {
  emptyBudget,
  kinds,
  MINUTE_MS,
  makeWorld,
  putRow,
  START_MS,
} from "../core/make-context.ts";
import { makeMessage, SENT_AT_MS } from "../core/make-message.ts";

it("without a token a spent suspect backs off, and then runs alone", async () => {
  const world = makeWorld();
  await emptyBudget(world);
  const times = { sentAtMs: SENT_AT_MS, firstMs: START_MS, lastMs: START_MS };
  putRow(world, {
    life: { seq: 1, messageId: "o1-message-1", attempts: 8, open: true, ...times },
  });
  world.clock.nowMs += 10 * MINUTE_MS;

  const judged = await world.deliver(makeMessage({ receiveCount: 9 }));
  expect(world.handled).toEqual([]);
  expect(kinds(judged)).toEqual({ "o1-message-1": "retried" });
  expect(world.hidden.at(-1)?.[0]?.[1]).toBeGreaterThan(60);

  const together = await world.deliver(
    makeMessage({ orderId: "innocent" }),
    makeMessage({ receiveCount: 10 }),
  );
  expect(world.handled).toEqual(["o1-event-1"]);
  expect(kinds(together)).toMatchObject({ "innocent-message-1": "postponed" });
  expect(together.failedIds).toContain("innocent-message-1");
});
