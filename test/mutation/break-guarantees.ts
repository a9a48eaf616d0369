/**
 * Breaks the guarantees of the README one by one, in a copy of the commit, and looks whether the
 * tests say so: `npm run breaks`.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command } from "commander";
import * as v from "valibot";
import { breaksPage, type Seen } from "./breaks-page.ts";
import { type GuaranteeBreak, guaranteeBreaks } from "./guarantee-breaks.ts";

const PAGE = "docs/broken-guarantees.md";
/** The first of the 5,000 that `npm test` runs. */
const WORLDS = 1_000;
const TESTS = [
  "test/core",
  "test/consumers",
  "test/relay",
  "test/order-api",
  "test/aws",
  "test/contract",
];

const program = new Command("npm run breaks --")
  .description("Breaks each guarantee in a copy of the commit, and runs the tests of the protocol.")
  .option("--only <text>", "only breaks of a file, or whose sin has this text", "")
  .option("--write", `write ${PAGE}`)
  .addHelpText(
    "after",
    "\nExit code 1: a broken guarantee was not told of by the test named for it.",
  );

const git = (...args: readonly string[]): string =>
  execFileSync("git", args, { encoding: "utf8" }).trim();

/** The commit without anything else, so that what was seen is seen again by whoever has it. */
const checkOut = (folder: string): void => {
  const tar = join(folder, "commit.tar");
  git("archive", "--format=tar", "-o", tar, "HEAD");
  execFileSync("tar", ["-xf", tar, "-C", folder]);
  symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
};

const reportSchema = v.object({
  numTotalTests: v.number(),
  testResults: v.array(
    v.object({
      status: v.string(),
      assertionResults: v.array(
        v.object({ ancestorTitles: v.array(v.string()), title: v.string(), status: v.string() }),
      ),
    }),
  ),
});

const failedTests = (folder: string): string[] => {
  const out = join(folder, "report.json");
  const vitest = join(folder, "node_modules/.bin/vitest");
  rmSync(out, { force: true });
  const args = ["run", ...TESTS, "--reporter=json", `--outputFile=${out}`];
  spawnSync(vitest, args, { cwd: folder, stdio: "ignore" });
  const report = v.parse(reportSchema, JSON.parse(readFileSync(out, "utf8")));
  return report.testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === "failed")
    .map(({ ancestorTitles, title }) => [...ancestorTitles, title].join(" > "));
};

const summarySchema = v.object({ violations: v.array(v.object({ invariant: v.string() })) });

const violatedInvariants = (folder: string): string[] => {
  const args = ["test/sim/sim.ts", "--seed", "1", "--worlds", String(WORLDS), "--processes", "1"];
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  const last = stdout.trim().split("\n").at(-1) ?? "";
  const { violations } = v.parse(summarySchema, JSON.parse(last));
  return [...new Set(violations.map(({ invariant }) => invariant))];
};

const tryBreak = (folder: string, broken: GuaranteeBreak): Seen => {
  const path = join(folder, "lambdas", broken.file);
  const source = readFileSync(path, "utf8");
  writeFileSync(
    path,
    source.replace(broken.from, () => broken.to),
  );
  try {
    return { broken, failed: failedTests(folder), violated: violatedInvariants(folder) };
  } finally {
    writeFileSync(path, source);
  }
};

const isTold = ({ broken, failed }: Seen): boolean => failed.includes(broken.test);

const tell = (seen: Seen): void => {
  const { broken, failed, violated } = seen;
  console.log(`${isTold(seen) ? "told" : "NOT TOLD"}: ${broken.file}: ${broken.sin}`);
  if (!isTold(seen)) console.log(`  expected to fail: ${broken.test}`);
  console.log(`  ${failed.length} tests failed; worlds: ${violated.join(", ") || "nothing"}`);
  if (!isTold(seen)) for (const title of failed) console.log(`  - ${title}`);
};

const main = (): void => {
  const { only, write } = program.parse().opts<{ only: string; write?: true }>();
  if (write && only !== "") throw new Error("--write is for all breaks: leave out --only");
  const breaks = guaranteeBreaks.filter(({ file, sin }) => file === only || sin.includes(only));
  const folder = mkdtempSync(join(tmpdir(), "broken-guarantees-"));
  try {
    checkOut(folder);
    const unbroken = failedTests(folder);
    if (unbroken.length > 0) throw new Error(`unbroken, this fails: ${unbroken.join("; ")}`);
    const seen = breaks.map((broken) => {
      const one = tryBreak(folder, broken);
      tell(one);
      return one;
    });
    const told = seen.filter(isTold).length;
    if (write)
      writeFileSync(PAGE, breaksPage(seen, { commit: git("rev-parse", "HEAD"), worlds: WORLDS }));
    const isGood = told === seen.length;
    console.log(`breaks ${isGood ? "ok" : "FAILED"}: ${told} of ${seen.length} told by their test`);
    if (!isGood) process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

try {
  main();
} catch (error) {
  console.log(`breaks FAILED: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
