/** The command line of `npm run bench`. */
import { Command, type CommanderError } from "commander";
import * as v from "valibot";
import { EXIT } from "../cli/exit-codes.ts";
import { usageError } from "../cli/usage-error.ts";
import type { Part } from "./part.ts";

const MAX_ROUNDS = 99;
const DEFAULT_ROUNDS = 5;

const roundsSchema = v.pipe(
  v.string(),
  v.toNumber(),
  v.integer(),
  v.minValue(1),
  v.maxValue(MAX_ROUNDS),
);

export type BenchOptions = {
  /** Those named, or all, in the order of the list. */
  readonly parts: readonly Part[];
  readonly rounds: number;
  readonly trace?: string;
  readonly report?: string;
  readonly merge: boolean;
  readonly list: boolean;
};

type Flags = {
  readonly rounds: string;
  readonly trace?: string;
  readonly report?: string;
  readonly merge?: true;
  readonly list?: true;
};

const benchCommand = (): Command =>
  new Command("npm run bench --")
    .description(
      "Measures the bus side by side with what people would use instead. Each figure\n" +
        "is a ratio of two things measured in the same run, or a count that does not\n" +
        "depend on the machine.",
    )
    .argument("[parts...]", "parts by name; without one, all of them")
    .option(
      "--rounds <n>",
      `alternating rounds of each part, 1 to ${MAX_ROUNDS}`,
      `${DEFAULT_ROUNDS}`,
    )
    .option("--trace <file>", "orders to play, one JSON object a line; else 300 generated ones")
    .option("--report <file>", "write everything that was measured there, as JSON")
    .option("--merge", "keep what the report holds of parts that do not run now")
    .option("--list", "print the parts and end")
    .addHelpText(
      "after",
      `
The last line says how many figures with a goal reach it. docs/performance.md is written from a
report: node bench/report/write-page.ts FILE

Exit codes: 0 every goal reached · 1 a goal missed · 2 wrong command line · 3 a part could not be
measured · 130 interrupted

Examples:
  npm run bench
  npm run bench -- effects relay --rounds 3
  npm run bench -- money --report reports/money.json
  npm run bench -- growth --report reports/bench.json --merge`,
    );

const parseRounds = (text: string): number => {
  const result = v.safeParse(roundsSchema, text);
  if (result.success) return result.output;
  throw usageError(
    `--rounds is ${text}; allowed: a whole number from 1 to ${MAX_ROUNDS}, such as --rounds ${DEFAULT_ROUNDS}`,
  );
};

const chooseParts = (names: readonly string[], known: readonly Part[]): readonly Part[] => {
  const unknown = names.filter((name) => !known.some((part) => part.name === name));
  if (unknown.length > 0) {
    const list = known.map(({ name }) => name).join(", ");
    throw usageError(`no part is named ${unknown.join(", ")}; the parts are: ${list}`);
  }
  return names.length === 0 ? known : known.filter(({ name }) => names.includes(name));
};

/** Throws a usage error that tells the value, what is allowed, and the fix. */
export const readBenchOptions = (argv: readonly string[], known: readonly Part[]): BenchOptions => {
  const command = benchCommand().exitOverride();
  command.parse(argv, { from: "user" });
  const { rounds, trace, report, merge, list } = command.opts<Flags>();
  if (merge === true && report === undefined) {
    throw usageError("--merge has no report to keep; give its file: --report reports/bench.json");
  }
  return {
    parts: chooseParts(command.args, known),
    rounds: parseRounds(rounds),
    ...(trace === undefined ? {} : { trace }),
    ...(report === undefined ? {} : { report }),
    ...{ merge: merge === true, list: list === true },
  };
};

/** Commander has told it already: --help is done, all else is a wrong command line. */
export const exitCodeOf = (error: CommanderError): number =>
  error.exitCode === EXIT.done ? EXIT.done : EXIT.usage;
