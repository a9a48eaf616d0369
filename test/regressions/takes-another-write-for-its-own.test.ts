/**
 * What was wrong: an event that had taken effect was reported dead, or retried; and a dead decision
 * whose reply was lost was reported retried, so that nobody was told of it.
 *
 * Why: a row names the write that left it, so that a write whose reply was lost is known as one's
 * own. The name was that of the delivery. But after a lost reply a delivery writes something else
 * on the same row, found its own name there, and took that for written.
 *
 * What fixed it: the name says what was written, too (`writeId`).
 */
import { describe, expect, it } from "vitest";
import type { LedgerResult, LedgerWrite } from "../../lambdas/core/ports.ts";
import { fail, makeWorld, outcomes, type World } from "../core/make-context.ts";
import { makeMessage } from "../core/make-message.ts";

const LOST: LedgerResult = {
  kind: "failed",
  retryable: true,
  error: { name: "TimeoutError", message: "no reply" },
};

/** Dead at its first failure, and the reply to some writes is lost. */
const losing = (isLost: (write: LedgerWrite) => boolean): World => {
  const world = makeWorld({ rules: { attempts: 1, failingSeconds: 0 } });
  world.onCommit = async (write, commit) => {
    const result = await commit(write);
    return isLost(write) ? LOST : result;
  };
  return world;
};

describe("after a lost reply", () => {
  it("to its effect, an event is neither dead nor retried", async () => {
    const world = losing(({ before, after }) => after.seq > before.seq);
    const report = await world.deliver(makeMessage());
    expect(outcomes(report)).toEqual({ "o1-message-1": { kind: "duplicate" } });
    expect(world.effects()).toEqual({ "o1-event-1": 1 });
  });

  it("to a dead decision, the event is told to be dead, now", async () => {
    const world = losing(({ budget }) => budget !== undefined);
    world.behave = () => fail();
    const report = await world.deliver(makeMessage());
    expect(outcomes(report)).toEqual({
      "o1-message-1": { kind: "dead", cause: "attempts exhausted", decided: "now" },
    });
  });
});
