import { describe, expect, it } from "vitest";
import { loadMutant, mutantNames } from "./load-mutant.ts";
import { tooRare } from "./minimum-hits.ts";
import { runInProcesses } from "./run-in-processes.ts";
import { runWorlds } from "./run-worlds.ts";

const WORLDS = 5_000;
const TIMEOUT_MS = 300_000;
Error.stackTraceLimit = 0;

describe("5,000 simulated worlds of the production code", () => {
  it(
    "violate no invariant, and meet every kind of fault often enough",
    async () => {
      const { violations, faults, worlds } = await runWorlds({
        seed: 1,
        first: 0,
        worlds: WORLDS,
      });
      expect(violations).toEqual([]);
      expect(tooRare(faults, worlds)).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it("15 determinism: the same seed gives the same hash", async () => {
    const run = () => runWorlds({ seed: 15, first: 0, worlds: 60 });
    const [one, other] = [await run(), await run()];
    expect(other.hash).toBe(one.hash);
    expect(one.hash).not.toBe((await runWorlds({ seed: 16, first: 0, worlds: 60 })).hash);
  });

  it(
    "15 determinism: worlds shared out among processes give the hash of one process",
    async () => {
      const range = { seed: 15, first: 40, worlds: 600, stopAfter: 1 };
      const [one, shared] = [
        await runWorlds(range),
        await runInProcesses({ ...range, processes: 2 }),
      ];
      expect(shared).toEqual(one);
    },
    TIMEOUT_MS,
  );

  it("a mutant is convicted in a child process as well, and no further range is begun", async () => {
    const range = { seed: 1, first: 0, worlds: 100_000, stopAfter: 1 };
    const found = await runInProcesses({ ...range, processes: 2, mutant: "mark-before-effect" });
    expect(found.violations.length).toBeGreaterThan(0);
    expect(found.worlds).toBeLessThan(2_000);
  });
});

describe("16 the checker bites: a mutant is convicted of its crime within 2,000 worlds", () => {
  it.each(mutantNames())(
    "%s",
    async (name) => {
      const { code, crimes } = await loadMutant(name);
      const options = { seed: 1, first: 0, worlds: 2_000, stopAfter: 1, code };
      const { violations } = await runWorlds(options);
      expect(crimes).toContain(violations[0]?.invariant);
    },
    TIMEOUT_MS,
  );
});
