import { expectCode, type Incident } from "../game.ts";

/** So slow that a batch takes seconds, and its function ends in time all the same. */
const SLOW_MS = 4_000;

export const slowConsumer: Incident = {
  name: "slow consumer",
  standsFor: `each call of the warehouse to its database takes ${SLOW_MS / 1_000} s`,
  foundBy: "alarm warehouse/Behind",
  breaks: async ({ facts, shopOn }) => {
    facts.setDelay(SLOW_MS);
    await shopOn(8);
  },
  mends: async ({ facts, type }) => {
    const plan = ["plan", "--backlog", "50", "--consumer", "warehouse", "--within", "1m"];
    expectCode(await type(...plan, "--batch-ms", String(3 * SLOW_MS)), 0, "the plan");
    facts.setDelay(0);
    return "bus plan, and a database that is quick again in place of more concurrency";
  },
};
