import { describe, expect, test } from "vitest";
import { explainSurvivors, scoreOf } from "./explain-survivors.ts";
import { readMutants } from "./read-mutants.ts";

const SOURCE = "const f = (a: number) =>\n  a < 1 ? 0 : 1;\n";
const at = (line: number, column: number, endColumn: number) => ({
  start: { line, column },
  end: { line, column: endColumn },
});

/** A report as Stryker writes it: `a < 1` mutated to `a <= 1` and to `false`. */
const mutantsOf = (source: string, line: number, ...statuses: readonly string[]) => {
  const replacements = ["a <= 1", "false"];
  const mutants = statuses.map((status, index) => ({
    mutatorName: "EqualityOperator",
    replacement: replacements[index],
    status,
    location: at(line, 3, 8),
  }));
  return readMutants({ files: { "f.ts": { source, mutants } } });
};
const key = {
  file: "f.ts",
  mutator: "EqualityOperator",
  line: "a < 1 ? 0 : 1;",
  mutated: "a <= 1 ? 0 : 1;",
};
const explanation = { why: "nobody asks for 1", mutants: [key] };

describe("the survivors of a run", () => {
  test("are explained by their text, wherever the line has moved to", () => {
    for (const [source, line] of [
      [SOURCE, 2],
      [`// moved\n\n${SOURCE}`, 4],
    ] as const) {
      const mutants = mutantsOf(source, line, "Survived", "Killed");
      const { explained, unexplained, stale } = explainSurvivors(mutants, [explanation]);
      expect(explained).toMatchObject([{ mutants: [{ lineNumber: line }] }]);
      expect([unexplained, stale]).toEqual([[], []]);
    }
  });

  test("need an explanation each, also those that no test reaches", () => {
    const mutants = mutantsOf(SOURCE, 2, "Survived", "NoCoverage");
    const { unexplained } = explainSurvivors(mutants, [explanation]);
    expect(unexplained).toMatchObject([{ status: "NoCoverage", mutated: "false ? 0 : 1;" }]);
  });

  test("and their explanations are one to one: a second such place needs its own", () => {
    const once = mutantsOf(SOURCE, 2, "Survived");
    const { unexplained } = explainSurvivors([...once, ...once], [explanation]);
    expect(unexplained).toHaveLength(1);
  });

  test("that are none any more leave an explanation too many", () => {
    const mutants = mutantsOf(SOURCE, 2, "Killed", "Killed");
    expect(explainSurvivors(mutants, [explanation]).stale).toEqual([key]);
  });

  test("of files that were not mutated are not asked for", () => {
    expect(explainSurvivors([], [explanation]).stale).toEqual([]);
  });
});

test("the score is what was noticed of what could be judged", () => {
  const statuses = ["Killed", "Timeout", "Survived", "NoCoverage", "RuntimeError"];
  const [mutant] = mutantsOf(SOURCE, 2, "Killed");
  expect(scoreOf(statuses.map((status) => ({ ...mutant!, status })))).toBe(50);
});
