/** `npm run long-runs`: our figures beside the design's; the last line is one JSON summary. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import Table from "cli-table3";
import { Command } from "commander";
import { LONG_RUNS, type Row } from "./all-runs.ts";

const NAMES = LONG_RUNS.map(({ name }) => name).join(", ");

const program = new Command("npm run long-runs --")
  .description("Runs hours and days of outages and poison in virtual time.")
  .argument("[name]", `only these runs: ${NAMES}`)
  .option("--write <file>", "write the table as Markdown, with the commit it ran on")
  .addHelpText("after", "\nExit code 1: something was lost, doubled, stuck or out of order.");

const wanted = (name: string | undefined) => {
  const groups = LONG_RUNS.filter((group) => name === undefined || group.name === name);
  if (groups.length > 0) return groups;
  throw new Error(`there are no long runs "${name}"; there are ${NAMES}`);
};

const git = (...args: readonly string[]): string =>
  execFileSync("git", args, { encoding: "utf8" }).trim();

/** With what is not committed of the code that runs here, the commit alone would not tell it. */
const commit = (): string => {
  const isClean = git("status", "--porcelain", "--", "lambdas", "lib", "test/sim") === "";
  return git("rev-parse", "HEAD") + (isClean ? "" : ", with changes that are not committed");
};

const markdown = (rows: readonly Row[], command: string): string =>
  [
    "# Long runs",
    "",
    "Hours and days of outages and poison, in the simulation's virtual time and with the default",
    "settings: 8 attempts, 600 s, backoff up to 1,800 s, 60 receives, visibility 180 s, timeout 30 s.",
    "There is no fault but the one named. Each run ends only when every event is applied exactly once",
    "and in sequence; anything lost, doubled or stuck is an error.",
    "",
    `    ${command}`,
    "",
    `Ran on commit ${commit()}.`,
    "",
    "| run | ours | the design |",
    "|---|---|---|",
    ...rows.map(({ run, ours, design }) => `| ${run} | ${ours} | ${design} |`),
    "",
    "Receives are as the design says. The time is so only up to nine followers: ten messages of an",
    "order bounce at a time, a second a receive, so each ten followers more take a minute more. It",
    "passes beside the other orders, and `failureRules.bounceSeconds` sets it.",
    "",
  ].join("\n");

const print = (rows: readonly Row[]): void => {
  const table = new Table({
    head: ["run", "ours", "the design"],
    colWidths: [34, 62, 34],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const { run, ours, design } of rows) table.push([run, ours, design]);
  console.log(table.toString());
};

const main = async (): Promise<void> => {
  const [name] = program.parse().args;
  const { write } = program.opts<{ write?: string }>();
  const rows: Row[] = [];
  for (const group of wanted(name)) {
    for await (const row of group.rows()) {
      console.error(`${row.run}: ${row.ours}`);
      rows.push(row);
    }
  }
  print(rows);
  const command = `npm run long-runs${name === undefined ? "" : ` -- ${name}`}`;
  if (write !== undefined) writeFileSync(write, markdown(rows, command));
  console.log(JSON.stringify(rows.map(({ run, design, report }) => ({ run, ...report, design }))));
};

// An error's stack costs more than the event that it is thrown for.
Error.stackTraceLimit = 0;
try {
  await main();
} catch (error) {
  console.log(`long runs FAILED: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
