/**
 * What was wrong: an event was dead after seconds of failing, where ten minutes are promised.
 *
 * Why: a start is recorded before the handler runs. Where the table is busy the start is taken
 * back, since a conflict is no failure; but its time stayed on the row as that of the first
 * failure.
 *
 * What fixed it: what is taken back takes its time along (`undoStart`).
 */
import { expect, it } from "vitest";
import { fail, kinds, MINUTE_MS, makeWorld } from "../core/make-context.ts";
import { makeMessage } from "../core/make-message.ts";

it("ten minutes of failing begin with the first failure, not with a start that was taken back", async () => {
  const world = makeWorld();
  world.onCommit = async (write, commit) =>
    write.after.seq > write.before.seq ? { kind: "busy" } : commit(write);
  expect(kinds(await world.deliver(makeMessage({ receiveCount: 2 })))).toEqual({
    "o1-message-1": "postponed",
  });

  world.onCommit = (write, commit) => commit(write);
  world.behave = () => fail();
  world.clock.nowMs += 10 * MINUTE_MS;
  for (let receiveCount = 3; receiveCount <= 12; receiveCount++) {
    const report = await world.deliver(makeMessage({ receiveCount }));
    expect(kinds(report)).toEqual({ "o1-message-1": "retried" });
  }
  world.clock.nowMs += 10 * MINUTE_MS;
  expect(kinds(await world.deliver(makeMessage({ receiveCount: 13 })))).toEqual({
    "o1-message-1": "dead",
  });
});
