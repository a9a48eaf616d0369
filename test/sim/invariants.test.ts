/** The list of invariants says what the simulation does: no more, and no less. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { INVARIANTS } from "./invariants.ts";
import { loadMutant, mutantNames } from "./load-mutant.ts";

const folder = import.meta.dirname;
const textOf = (file: string): string => readFileSync(join(folder, file), "utf8");
const invariants = Object.entries(INVARIANTS);

/** No code under test can break these: they are held by tests of their own. */
const WITHOUT_MUTANT = ["15 determinism", "16 the checker bites", "model"];

describe.each(invariants)("%s", (name, { checkedIn, mutants }) => {
  it("is checked in the files that it names", () => {
    expect(checkedIn.length).toBeGreaterThan(0);
    expect(checkedIn.filter((file) => !textOf(file).includes(name))).toEqual([]);
  });

  it("is broken by the mutants that it names, which are to be convicted of it", async () => {
    expect(mutants.length > 0).toBe(!WITHOUT_MUTANT.includes(name));
    for (const mutant of mutants) {
      expect((await loadMutant(mutant)).crimes, mutant).toContain(name);
    }
  });
});

it("names of the study's sixteen all", () => {
  const numbers = invariants.flatMap(([name]) => /^\d+/.exec(name) ?? []).map(Number);
  expect(numbers).toEqual(Array.from({ length: 16 }, (_, index) => index + 1));
});

it("each mutant breaks an invariant that names it", () => {
  const named = new Set<string>(invariants.flatMap(([, { mutants }]) => mutants));
  expect(mutantNames().filter((name) => !named.has(name))).toEqual([]);
});

it("each violation that a file of the simulation tells of is in the list, with that file", () => {
  const files = readdirSync(folder).filter((file) => /(?<!\.test)\.ts$/.test(file));
  expect(files.length).toBeGreaterThan(30);
  for (const file of files) {
    const told = [...textOf(file).matchAll(/history\.violate\(\s*"([^"]+)"/g)].map(
      ([, name = ""]) => name,
    );
    for (const name of told) {
      const listed = INVARIANTS[name as keyof typeof INVARIANTS];
      expect(listed?.checkedIn, `${file}: ${name}`).toContain(file);
    }
  }
});
