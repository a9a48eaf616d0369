/** In which order a mutant meets the tests: it is dead at the first that fails. */
import { basename } from "node:path";
import type { TestSequencer, TestSpecification, Vitest } from "vitest/node";

/** `fence.ts` is tested first by `fence.test.ts`, and last by the worlds, which take longest. */
const distance = (test: string, mutated: string): number => {
  if (test.endsWith(".mutation.ts")) return 3;
  if (basename(test) === mutated.replace(/\.ts$/, ".test.ts")) return 0;
  return test.includes("properties") ? 2 : 1;
};

export class NearestFirst implements TestSequencer {
  readonly #vitest: Vitest;

  constructor(vitest: Vitest) {
    this.#vitest = vitest;
  }

  async shard(tests: TestSpecification[]): Promise<TestSpecification[]> {
    return tests;
  }

  async sort(tests: TestSpecification[]): Promise<TestSpecification[]> {
    const mutated = basename(this.#vitest.config.related?.[0] ?? "");
    const far = ({ moduleId }: TestSpecification) => distance(moduleId, mutated);
    return tests.toSorted((a, b) => far(a) - far(b));
  }
}
