/** Many worlds of one seed, and the summary of them. */
import { performance } from "node:perf_hooks";
import { type CodeUnderTest, production, runWorld } from "./run-world.ts";
import { describeCase, type ShrunkWorld, shrink } from "./shrink.ts";
import { drawWorld } from "./world.ts";

export type Found = {
  readonly invariant: string;
  readonly world: number;
  readonly detail: string;
  readonly shrunk: ShrunkWorld;
};

export type RunSummary = {
  readonly worlds: number;
  readonly seed: number;
  readonly violations: readonly Found[];
  readonly faults: Readonly<Record<string, number>>;
  readonly events: number;
  readonly seconds: number;
  readonly hash: number;
};

export type RunOptions = {
  readonly seed: number;
  readonly first: number;
  readonly worlds: number;
  readonly code?: CodeUnderTest;
  /** Ends after so many violations. */
  readonly stopAfter?: number;
  readonly onProgress?: (done: number) => void;
};

export const runWorlds = async (options: RunOptions): Promise<RunSummary> => {
  const { seed, first, worlds, code = production, stopAfter = 3 } = options;
  const startedMs = performance.now();
  const faults: Record<string, number> = {};
  const violations: Found[] = [];
  let [events, hash, done] = [0, 0, 0];
  for (let index = first; index < first + worlds && violations.length < stopAfter; index++) {
    const world = drawWorld(seed, index);
    const report = await runWorld(world, code);
    done++;
    events += report.events;
    hash = (Math.imul(hash, 31) + report.hash) >>> 0;
    for (const [name, count] of report.hits) faults[name] = (faults[name] ?? 0) + count;
    const [violation] = report.violations;
    if (violation !== undefined) {
      const small = await shrink({ world, faults: report.dealt }, code, violation.invariant);
      violations.push({ ...violation, world: index, shrunk: describeCase(index, small) });
    }
    options.onProgress?.(done);
  }
  const seconds = Math.round(performance.now() - startedMs) / 1_000;
  return { worlds: done, seed, violations, faults, events, seconds, hash };
};
