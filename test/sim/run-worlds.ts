/** One range of the worlds of a seed, run by this process. */
import { type Findings, type Found, hashShare } from "./run-summary.ts";
import { type CodeUnderTest, production, runWorld } from "./run-world.ts";
import { describeCase, shrink } from "./shrink.ts";
import { drawWorld } from "./world.ts";

export type RunOptions = {
  readonly seed: number;
  readonly first: number;
  readonly worlds: number;
  readonly code?: CodeUnderTest;
  /** Ends after so many violations. */
  readonly stopAfter?: number;
  readonly onProgress?: (done: number) => void;
};

/** A world never waits for the event loop, so signals and messages are heard between two of them. */
const hearOthers = () => new Promise<void>((resolve) => setImmediate(resolve));

export const runWorlds = async (options: RunOptions): Promise<Findings> => {
  const { seed, first, worlds, code = production, stopAfter = 3 } = options;
  const faults: Record<string, number> = {};
  const violations: Found[] = [];
  let [events, hash, done] = [0, 0, 0];
  for (let index = first; index < first + worlds && violations.length < stopAfter; index++) {
    const world = drawWorld(seed, index);
    const report = await runWorld(world, code);
    done++;
    events += report.events;
    hash = (hash + hashShare(index, report.hash)) >>> 0;
    for (const [name, count] of report.hits) faults[name] = (faults[name] ?? 0) + count;
    const [violation] = report.violations;
    if (violation !== undefined) {
      const small = await shrink({ world, faults: report.dealt }, code, violation.invariant);
      violations.push({ ...violation, world: index, shrunk: describeCase(index, small) });
    }
    options.onProgress?.(done);
    await hearOthers();
  }
  return { worlds: done, violations, faults, events, hash };
};
