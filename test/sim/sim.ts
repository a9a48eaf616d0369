/** `npm run sim`: many worlds of one seed, one JSON summary as the last line. */
import { performance } from "node:perf_hooks";
import { Command, InvalidArgumentError } from "commander";
import { production, runWorld } from "./run-world.ts";
import { drawWorld } from "./world.ts";

const whole = (text: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new InvalidArgumentError(`${text} is no whole number from 0 on`);
  }
  return value;
};

const program = new Command("sim")
  .option("--worlds <n>", "how many worlds", whole, 5_000)
  .option("--seed <n>", "the run's seed", whole, 1)
  .option("--world <k>", "only this world", whole)
  .parse();
Error.stackTraceLimit = 0;
const options = program.opts<{ worlds: number; seed: number; world?: number }>();

const startedMs = performance.now();
const hits: Record<string, number> = {};
const violations: unknown[] = [];
let [events, hash] = [0, 0];
const first = options.world ?? 0;
const last = options.world === undefined ? options.worlds : options.world + 1;
for (let index = first; index < last; index++) {
  const report = await runWorld(drawWorld(options.seed, index), production);
  events += report.events;
  hash = (Math.imul(hash, 31) + report.hash) >>> 0;
  for (const [name, count] of report.hits) hits[name] = (hits[name] ?? 0) + count;
  for (const { invariant, detail } of report.violations.slice(0, 1)) {
    violations.push({ invariant, world: index, detail });
  }
}
const seconds = Math.round(performance.now() - startedMs) / 1_000;
const { worlds, seed } = options;
for (const violation of violations.slice(0, 5)) console.log(JSON.stringify(violation));
console.log(
  JSON.stringify({
    worlds,
    seed,
    violations: violations.length,
    faults: hits,
    events,
    seconds,
    hash,
  }),
);
process.exitCode = violations.length > 0 ? 1 : 0;
