import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { oneLine } from "./read-mutants.ts";
import { changeOf } from "./score-page.ts";
import explanations from "./survivors.json" with { type: "json" };

const page = readFileSync("docs/mutation-score.md", "utf8");
const keys = explanations.flatMap(({ mutants }) => mutants);

test("each explained survivor is on the page of the last run, under its explanation", () => {
  const [, ...sections] = page.split(/^\*\*(?=[A-Z])/m);
  const listed = sections.map((section) => {
    const [why = "", list = ""] = section.split("**\n\n");
    return {
      why,
      list: list
        .trim()
        .split(/^- \S+:\d+ /m)
        .slice(1),
    };
  });
  const changes = listed.map(({ why, list }) => [why, list.map((change) => change.trim())]);
  expect(changes).toEqual(explanations.map(({ why, mutants }) => [why, mutants.map(changeOf)]));
});

test("the page counts as many survivors as are explained, and a score of at least 90 %", () => {
  const [, score, survived] =
    page.match(/^Score: \*\*([\d.]+) %\*\* of .* (\d+) survived\.$/m) ?? [];
  expect(Number(score)).toBeGreaterThanOrEqual(90);
  expect(Number(survived)).toBe(keys.length);
});

const isGone = (mutant: object): boolean => "gone" in mutant;
const [gone, there] = [keys.filter(isGone), keys.filter((mutant) => !isGone(mutant))];

test.each(there)("$file still has the line of which $mutated survives", ({ file, line }) => {
  expect(oneLine(readFileSync(file, "utf8"))).toContain(line);
});

test.each(gone)("$file no longer has the line of which $mutated survived", ({ file, line }) => {
  expect(oneLine(readFileSync(file, "utf8"))).not.toContain(line);
});
