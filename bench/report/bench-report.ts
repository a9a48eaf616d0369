/** What `npm run bench -- --report FILE` writes, and the page is generated from. */
import { readFileSync } from "node:fs";
import * as v from "valibot";
import { usageError } from "../../cli/usage-error.ts";

const text = v.pipe(v.string(), v.minLength(1));
const number = v.pipe(v.number(), v.finite());
const list = <T extends v.GenericSchema>(item: T) => v.pipe(v.array(item), v.readonly());

const goal = v.union([v.strictObject({ atLeast: number }), v.strictObject({ atMost: number })]);

const figure = v.object({
  name: text,
  value: number,
  rounds: v.exactOptional(list(number)),
  unit: text,
  goal: v.exactOptional(goal),
  tells: text,
});

const table = v.object({
  title: text,
  head: list(v.string()),
  rows: list(list(v.union([v.string(), number]))),
});

const chart = v.object({
  title: text,
  unit: text,
  bars: list(v.object({ label: text, value: number })),
});

/** One part, with the state of the machine and of the code when it ran: parts may run apart. */
const part = v.object({
  name: text,
  summary: text,
  startedAt: v.pipe(v.string(), v.isoTimestamp()),
  seconds: number,
  rounds: number,
  loadAtStart: number,
  commit: v.exactOptional(text),
  isClean: v.boolean(),
  trace: text,
  figures: list(figure),
  tables: list(table),
  charts: list(chart),
  notes: list(text),
});

const benchReportSchema = v.object({
  reach: list(v.object({ name: text, value: number, goal: text, ok: v.boolean() })),
  machine: v.object({
    cpu: text,
    cores: number,
    memoryGb: number,
    system: text,
    loadAtStart: number,
  }),
  versions: v.object({
    node: text,
    commit: v.exactOptional(text),
    isClean: v.boolean(),
    packages: v.record(text, text),
  }),
  parts: list(part),
  /** Parts that could not be measured. */
  failed: list(v.object({ name: text, error: v.string() })),
});

export type BenchReport = v.InferOutput<typeof benchReportSchema>;
export type MeasuredPart = BenchReport["parts"][number];
export type FailedPart = BenchReport["failed"][number];

/** Throws a usage error where the file is none of ours. */
export const readReport = (file: string): BenchReport => {
  const fix = `write one with npm run bench -- --report ${file}`;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw usageError(`${file} is no report: ${(error as Error).message}; ${fix}`);
  }
  const result = v.safeParse(benchReportSchema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw usageError(
    `${file} is no report: ${v.getDotPath(issue) ?? "it"} is ${issue.received}, allowed: ${issue.expected}; ${fix}`,
  );
};
