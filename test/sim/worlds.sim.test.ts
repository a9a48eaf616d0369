import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { tooRare } from "./minimum-hits.ts";
import type { Mutant } from "./mutant.ts";
import { runWorlds } from "./run-worlds.ts";

const WORLDS = 5_000;
const TIMEOUT_MS = 240_000;
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
});

describe("16 the checker bites: a mutant is convicted of its crime within 2,000 worlds", () => {
  const names = readdirSync(new URL("./mutants/", import.meta.url));
  it.each(names.map((name) => name.replace(/\.ts$/, "")))(
    "%s",
    async (name) => {
      const { mutant }: { mutant: Mutant } = await import(`./mutants/${name}.ts`);
      const options = { seed: 1, first: 0, worlds: 2_000, stopAfter: 1, code: mutant.code };
      const { violations } = await runWorlds({ ...options });
      expect(mutant.crimes).toContain(violations[0]?.invariant);
    },
    TIMEOUT_MS,
  );
});
