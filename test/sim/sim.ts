/** `npm run sim`: many worlds of one seed; the last line is one JSON summary. */
import { existsSync, readdirSync } from "node:fs";
import { SingleBar } from "cli-progress";
import { Command, InvalidArgumentError } from "commander";
import { tooRare } from "./minimum-hits.ts";
import type { Mutant } from "./mutant.ts";
import { type Found, type RunSummary, runWorlds } from "./run-worlds.ts";

const MUTANTS = new URL("./mutants/", import.meta.url);
/** Counters of fewer worlds than this say nothing. */
const ENOUGH_WORLDS = 2_000;

const whole = (text: string): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError(`${text} is no whole number from 0 on.`);
};

type Options = { worlds: number; seed: number; world?: number; mutant?: string };

const readOptions = (): Options =>
  new Command("npm run sim --")
    .description("Runs the production code in simulated worlds full of faults.")
    .option("--worlds <n>", "how many worlds", whole, 5_000)
    .option("--seed <n>", "the run's seed; the same seed gives the same hash", whole, 1)
    .option("--world <k>", "only this world of the seed", whole)
    .option("--mutant <name>", "a broken variant from test/sim/mutants, to be convicted")
    .addHelpText("after", "\nExit code 1: a violation was found, or a mutant was convicted.")
    .parse()
    .opts<Options>();

const loadMutant = async (name: string): Promise<Mutant> => {
  const file = new URL(`${name}.ts`, MUTANTS);
  if (existsSync(file)) return (await import(file.href)).mutant;
  const known = readdirSync(MUTANTS).map((entry) => entry.replace(/\.ts$/, ""));
  throw new Error(`no mutant "${name}"; there are ${known.join(", ")}`);
};

const tell = (found: Found, { seed, mutant }: Options): void => {
  const { invariant, world, detail, shrunk } = found;
  console.log(`violated: ${invariant} in world ${world}: ${detail}`);
  console.log(`  shrunk to ${JSON.stringify(shrunk)}`);
  const variant = mutant === undefined ? "" : ` --mutant ${mutant}`;
  console.log(`  again: npm run sim -- --seed ${seed} --world ${world}${variant}`);
};

const run = async (options: Options, mutant: Mutant | undefined): Promise<RunSummary> => {
  const worlds = options.world === undefined ? options.worlds : 1;
  const bar = new SingleBar({ format: "{bar} {value} of {total} worlds, {eta} s left" });
  if (process.stderr.isTTY) bar.start(worlds, 0);
  const summary = await runWorlds({
    seed: options.seed,
    first: options.world ?? 0,
    worlds,
    ...(mutant === undefined ? {} : { code: mutant.code, stopAfter: 1 }),
    onProgress: (done) => {
      if (done % 50 === 0) bar.update(done);
    },
  });
  bar.stop();
  return summary;
};

// An error's stack costs more than the world it is thrown in.
Error.stackTraceLimit = 0;
const options = readOptions();
const mutant = options.mutant === undefined ? undefined : await loadMutant(options.mutant);
const summary = await run(options, mutant);
for (const found of summary.violations) tell(found, options);
const rare = mutant === undefined ? tooRare(summary.faults, summary.worlds) : [];
const isRare = summary.worlds >= ENOUGH_WORLDS && rare.length > 0;
if (isRare) console.log(`dealt too rarely: ${rare.join("; ")}`);
const wrong = summary.violations.filter(
  ({ invariant }) => mutant?.crimes.some((crime) => crime === invariant) === false,
);
for (const { invariant } of wrong) console.log(`the wrong crime: ${invariant}`);
console.log(JSON.stringify(summary));
process.exitCode = summary.violations.length > wrong.length || isRare ? 1 : 0;
if (wrong.length > 0) process.exitCode = 2;
