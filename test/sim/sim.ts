/** `npm run sim`: many worlds of one seed; the last line is one JSON summary. */
import { availableParallelism } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import { type Progress, showProgress } from "../../cli/show-progress.ts";
import { loadMutant } from "./load-mutant.ts";
import { tooRare } from "./minimum-hits.ts";
import { runInProcesses } from "./run-in-processes.ts";
import {
  addFindings,
  type Findings,
  type Found,
  noFindings,
  type RunSummary,
} from "./run-summary.ts";
import { production } from "./run-world.ts";
import { runWorlds } from "./run-worlds.ts";

/** Counters of fewer worlds than this say nothing. */
const ENOUGH_WORLDS = 2_000;
/** Fewer worlds than this are done before another process has started. */
const WORLDS_A_PROCESS = 500;
const STOP_AFTER = 3;
/** Not 1: who asks for a mutant's conviction must not take a slip for it. */
const CANNOT_RUN = 3;

const wholeFrom =
  (least: number) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`${text} is no whole number from ${least} on.`);
  };

type Options = {
  worlds: number;
  seed: number;
  world?: number;
  mutant?: string;
  processes?: number;
};

const readOptions = (): Options =>
  new Command("npm run sim --")
    .description("Runs the production code in simulated worlds full of faults.")
    .option("--worlds <n>", "how many worlds", wholeFrom(1), 5_000)
    .option("--seed <n>", "the run's seed; the same seed gives the same hash", wholeFrom(0), 1)
    .option("--world <k>", "only this world of the seed", wholeFrom(0))
    .option("--mutant <name>", "a broken variant from test/sim/mutants, to be convicted")
    .option(
      "--processes <p>",
      `share the worlds out among processes; by default one a core, and one in ${WORLDS_A_PROCESS} worlds`,
      wholeFrom(1),
    )
    .addHelpText(
      "after",
      "\nExit code 1: a violation was found, a mutant was convicted, a fault was dealt too rarely" +
        ";\n2: a mutant was convicted of a crime that is not its own; 3: the run could not be made.",
    )
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : CANNOT_RUN))
    .parse()
    .opts<Options>();

const tell = (found: Found, { seed, mutant }: Options): void => {
  const { invariant, world, detail, shrunk } = found;
  console.log(`violated: ${invariant} in world ${world}: ${detail}`);
  console.log(`  shrunk to ${JSON.stringify(shrunk)}`);
  const variant = mutant === undefined ? "" : ` --mutant ${mutant}`;
  console.log(`  again: npm run sim -- --seed ${seed} --world ${world}${variant}`);
};

const worldsOf = ({ world, worlds }: Options): number => (world === undefined ? worlds : 1);

const find = async (options: Options, progress: Progress): Promise<Findings> => {
  const { seed, mutant } = options;
  const range = {
    seed,
    first: options.world ?? 0,
    worlds: worldsOf(options),
    stopAfter: mutant === undefined ? STOP_AFTER : 1,
    onProgress: (done: number) => progress.update(done),
  };
  const most = Math.min(availableParallelism(), Math.ceil(range.worlds / WORLDS_A_PROCESS));
  const processes = options.world === undefined ? (options.processes ?? most) : 1;
  if (processes > 1) {
    return runInProcesses({ ...range, processes, ...(mutant === undefined ? {} : { mutant }) });
  }
  const code = mutant === undefined ? production : (await loadMutant(mutant)).code;
  return addFindings(noFindings, await runWorlds({ ...range, code }));
};

const run = async (options: Options): Promise<RunSummary> => {
  const startedMs = performance.now();
  const progress = showProgress("worlds", worldsOf(options));
  try {
    const { worlds, ...found } = await find(options, progress);
    const seconds = Math.round(performance.now() - startedMs) / 1_000;
    return { worlds, seed: options.seed, ...found, seconds };
  } finally {
    progress.stop();
  }
};

// An error's stack costs more than the world it is thrown in.
Error.stackTraceLimit = 0;

const judge = async (): Promise<number> => {
  const options = readOptions();
  const mutant = options.mutant === undefined ? undefined : await loadMutant(options.mutant);
  const summary = await run(options);
  for (const found of summary.violations) tell(found, options);
  const rare = mutant === undefined ? tooRare(summary.faults, summary.worlds) : [];
  const isRare = summary.worlds >= ENOUGH_WORLDS && rare.length > 0;
  if (isRare) console.log(`dealt too rarely: ${rare.join("; ")}`);
  const wrong = summary.violations.filter(
    ({ invariant }) => mutant?.crimes.includes(invariant) === false,
  );
  for (const { invariant } of wrong) console.log(`the wrong crime: ${invariant}`);
  console.log(JSON.stringify(summary));
  if (wrong.length > 0) return 2;
  return summary.violations.length > 0 || isRare ? 1 : 0;
};

try {
  process.exitCode = await judge();
} catch (error) {
  console.error(`sim: ${error instanceof Error ? error.message : error}`);
  process.exitCode = CANNOT_RUN;
}
