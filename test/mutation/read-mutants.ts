/** Stryker's JSON report, as one list of mutants. */
import * as v from "valibot";

const positionSchema = v.object({ line: v.number(), column: v.number() });

const reportSchema = v.object({
  files: v.record(
    v.string(),
    v.object({
      source: v.string(),
      mutants: v.array(
        v.object({
          mutatorName: v.string(),
          replacement: v.optional(v.string()),
          status: v.string(),
          location: v.object({ start: positionSchema, end: positionSchema }),
        }),
      ),
    }),
  ),
});
type Location = { readonly start: Position; readonly end: Position };
type Position = v.InferOutput<typeof positionSchema>;

/** What a mutant is, wherever its line moves to: the text before and after, spaces as one. */
export type MutantKey = {
  readonly file: string;
  readonly mutator: string;
  readonly line: string;
  readonly mutated: string;
};

export type Mutant = MutantKey & {
  readonly lineNumber: number;
  /** Stryker's word: `Killed`, `Timeout`, `Survived`, `NoCoverage`, `RuntimeError`, … */
  readonly status: string;
};

export const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

const textsOf = (source: string, { start, end }: Location, replacement: string) => {
  const lines = source.split("\n");
  const first = lines[start.line - 1] ?? "";
  const last = lines[end.line - 1] ?? "";
  const before = first.slice(0, start.column - 1);
  const after = last.slice(end.column - 1);
  return {
    line: oneLine(lines.slice(start.line - 1, end.line).join(" ")),
    mutated: oneLine(before + replacement + after),
  };
};

export const readMutants = (report: unknown): Mutant[] =>
  Object.entries(v.parse(reportSchema, report).files).flatMap(([file, { source, mutants }]) =>
    mutants.map(({ mutatorName, replacement = "", status, location }) => ({
      file,
      mutator: mutatorName,
      ...textsOf(source, location, replacement),
      lineNumber: location.start.line,
      status,
    })),
  );
