/**
 * The files that take longest first, or one worker would be left with one of them at the end. Vitest
 * itself remembers how long each took, but not over an `npm ci`.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  BaseSequencer,
  type TestSequencer,
  type TestSpecification,
  type Vitest,
} from "vitest/node";

/** Those over some 15 seconds on two idle cores; those that mostly wait are among them. */
const LONGEST = [
  "sim/worlds.sim.test.ts",
  "docs/operations.test.ts",
  "end-to-end/redrive.test.ts",
  "demo/demo.test.ts",
  "end-to-end/crash.test.ts",
  "end-to-end/dependency-down.test.ts",
  "end-to-end/operate.test.ts",
  "end-to-end/lost-events.test.ts",
  "end-to-end/poison.test.ts",
  "end-to-end/alarms.test.ts",
  "end-to-end/bad-input.test.ts",
  "end-to-end/redrive-undelivered.test.ts",
  "end-to-end/admission-door.test.ts",
  "end-to-end/redrive-load.test.ts",
  "upgrade/live-rollback.test.ts",
  "docs/readme.test.ts",
  "contract/known-differences.test.ts",
  "erase/erase-customer.test.ts",
  "stack/determinism.test.ts",
  "stack/bundles.test.ts",
].map((name) => join(import.meta.dirname, name));

for (const file of LONGEST) {
  if (!existsSync(file))
    throw new Error(`${file} is gone: take it off the list in longest-first.ts`);
}

const placeOf = ({ moduleId }: TestSpecification): number => {
  const place = LONGEST.indexOf(moduleId);
  return place === -1 ? LONGEST.length : place;
};

export class LongestFirst implements TestSequencer {
  readonly #usual: BaseSequencer;

  constructor(vitest: Vitest) {
    this.#usual = new BaseSequencer(vitest);
  }

  shard(files: TestSpecification[]) {
    return this.#usual.shard(files);
  }

  async sort(files: TestSpecification[]) {
    const usual = await this.#usual.sort(files);
    return usual.toSorted((a, b) => placeOf(a) - placeOf(b));
  }
}
