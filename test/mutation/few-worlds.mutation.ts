import { expect, it } from "vitest";
import { runWorlds } from "../sim/run-worlds.ts";

/** The first of the worlds that `npm test` runs: a mutant costs seconds, not minutes. */
const WORLDS = 200;

Error.stackTraceLimit = 0;

it(`${WORLDS} simulated worlds violate no invariant`, async () => {
  const { violations } = await runWorlds({ seed: 1, first: 0, worlds: WORLDS, stopAfter: 1 });
  expect(violations).toEqual([]);
});
