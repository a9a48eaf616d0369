/** `npm run mutation`: how many changes of a line of the core no test would notice. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import * as v from "valibot";
import { explainSurvivors, isDetected, type Survivors, scoreOf } from "./explain-survivors.ts";
import { type Mutant, readMutants } from "./read-mutants.ts";
import { renderPage } from "./score-page.ts";

const MINIMUM_PERCENT = 90;
const HERE = "test/mutation";
const REPORT = "reports/mutation/mutation.json";
const PAGE = "docs/mutation-score.md";

const toCount = (text: string): number => {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 64) return count;
  throw new InvalidArgumentError(`"${text}" is no whole number from 1 to 64, such as 2`);
};

const program = new Command("npm run mutation --")
  .description("Mutates lambdas/core and runs the quick tests over each mutant.")
  .argument("[files...]", "only these files, such as lambdas/core/fence.ts (default: all)")
  .option("--concurrency <n>", "how many mutants are tried at a time", toCount, 2)
  .option("--write", `write ${PAGE}, with the commit it ran on (whole runs only)`)
  .addHelpText(
    "after",
    `\nThe first run installs Stryker into ${HERE}/node_modules, apart from the project's packages.` +
      "\nreports/mutation/mutation.html shows every mutant in its place." +
      `\nExit code 1: the score is under ${MINIMUM_PERCENT} %, or a survivor has no explanation in` +
      `\n${HERE}/survivors.json, or an explanation there is of no survivor.`,
  );

const versionSchema = v.object({ version: v.string() });
const pinsSchema = v.object({ devDependencies: v.record(v.string(), v.string()) });

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));

type Options = { readonly concurrency: number; readonly write?: true };

const run = (command: string, ...args: readonly string[]): void => {
  const { status, error } = spawnSync(command, args, { stdio: "inherit" });
  if (status !== 0) throw new Error(`${command} ended with ${error?.message ?? status}`);
};

/** What is installed, if anything; it is a package of its own, apart from the project's. */
const installedVersion = (): string | undefined => {
  const file = `${HERE}/node_modules/@stryker-mutator/core/package.json`;
  return existsSync(file) ? v.parse(versionSchema, readJson(file)).version : undefined;
};

const installStryker = (): void => {
  const { devDependencies } = v.parse(pinsSchema, readJson(`${HERE}/package.json`));
  if (installedVersion() === devDependencies["@stryker-mutator/core"]) return;
  run("npm", "ci", "--prefix", HERE, "--ignore-scripts");
};

const git = (...args: readonly string[]): string =>
  execFileSync("git", args, { encoding: "utf8" }).trim();

/** With what is not committed of the code that runs here, the commit alone would not tell it. */
const commit = (): string => {
  const isClean = git("status", "--porcelain", "--", "lambdas", "test") === "";
  return git("rev-parse", "HEAD") + (isClean ? "" : ", with changes that are not committed");
};

const keySchema = v.strictObject({
  file: v.string(),
  mutator: v.string(),
  line: v.string(),
  mutated: v.string(),
  /** The line was changed since the run that the page tells of; the next run will miss it. */
  gone: v.optional(v.string()),
});
const explanationsSchema = v.array(
  v.strictObject({ why: v.pipe(v.string(), v.minLength(20)), mutants: v.array(keySchema) }),
);

const tellFaults = ({ unexplained, stale }: Survivors): void => {
  for (const { file, lineNumber, mutator, line, mutated } of unexplained) {
    console.log(`\nsurvived: ${file}:${lineNumber}`);
    console.log(JSON.stringify({ file, mutator, line, mutated }, null, 2));
  }
  for (const key of stale) console.log(`\nexplained, but no survivor: ${JSON.stringify(key)}`);
};

const summarize = (mutants: readonly Mutant[], { unexplained, stale }: Survivors): boolean => {
  const score = scoreOf(mutants);
  const isGood = score >= MINIMUM_PERCENT && unexplained.length === 0 && stale.length === 0;
  const detected = mutants.filter(isDetected).length;
  console.log(
    `mutation ${isGood ? "ok" : "FAILED"}: score ${score.toFixed(1)} % ` +
      `(at least ${MINIMUM_PERCENT}), ${detected} of ${mutants.length} mutants detected, ` +
      `${unexplained.length} survivors unexplained, ${stale.length} explanations of none`,
  );
  return isGood;
};

const main = (): void => {
  const files = program.parse().args;
  const { concurrency, write } = program.opts<Options>();
  if (write && files.length > 0) throw new Error("--write is for a whole run: name no files");
  installStryker();
  rmSync(REPORT, { force: true });
  const startedMs = Date.now();
  const only = files.length === 0 ? [] : ["--mutate", files.join(",")];
  run(
    `${HERE}/node_modules/.bin/stryker`,
    ...["run", `${HERE}/stryker.config.json`, "--concurrency", String(concurrency), ...only],
  );
  const minutes = Math.ceil((Date.now() - startedMs) / 60_000);
  const mutants = readMutants(readJson(REPORT));
  const explanations = v.parse(explanationsSchema, readJson(`${HERE}/survivors.json`));
  const survivors = explainSurvivors(mutants, explanations);
  tellFaults(survivors);
  if (write) writeFileSync(PAGE, renderPage(mutants, survivors, { commit: commit(), minutes }));
  if (!summarize(mutants, survivors)) process.exitCode = 1;
};

try {
  main();
} catch (error) {
  console.log(`mutation FAILED: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
