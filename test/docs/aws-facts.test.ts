import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

const PAGE = "docs/aws-facts.md";
/** The page itself, and the one that is generated from what the scenarios cite. */
const NOT_CITING = [PAGE, "docs/emulators.md", "test/docs/aws-facts.test.ts"];

const files = ["lambdas", "lib", "local", "cli", "test", "docs"]
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) =>
      join(folder, file),
    ),
  )
  .filter((file) => /\.(ts|md)$/.test(file) && !file.includes("node_modules"))
  .filter((file) => !NOT_CITING.includes(file))
  .concat("README.md");

/** In brackets, as (2.7) and (2.12, T16); or in a scenario's `fact`. */
const CITATION = /(?<=[\s`])\(((?:[1-9]\.\d{1,2}|T\d+)(?:, (?:[1-9]\.\d{1,2}|T\d+))*)\)/g;
const SCENARIO = /\bfact:\s*"([^"]*)"/g;

const citedIn = (text: string): string[] =>
  [...text.matchAll(CITATION), ...text.matchAll(SCENARIO)].flatMap(
    ([, numbers = ""]) => numbers.match(/\b[1-9]\.\d{1,2}\b/g) ?? [],
  );

const cited = new Map(
  files.flatMap((file) => citedIn(read(file)).map((number) => [number, file] as const)),
);
const page = read(PAGE);
const listed = [...page.matchAll(/^- \*\*(\d+\.\d+)\*\* /gm)].map(([, number = ""]) => number);

it("every fact of AWS that is cited is on the page", () => {
  expect([...cited].filter(([number]) => !listed.includes(number))).toEqual([]);
  expect(cited.size).toBeGreaterThan(40);
});

it("every fact on the page is cited somewhere, and stands there once and in order", () => {
  expect(listed.filter((number) => !cited.has(number))).toEqual([]);
  const inOrder = new Intl.Collator("en", { numeric: true });
  expect(listed).toEqual([...new Set(listed)].toSorted(inOrder.compare));
});

it("every fact names a page of its source, or says what it rests on", () => {
  const facts = page.split(/^- (?=\*\*\d)/m).slice(1);
  const bare = facts.filter((fact) => !/\]\[[\w-]+\]|emulators\.md|our conclusion/i.test(fact));
  expect(bare).toEqual([]);
  const used = [...page.matchAll(/\]\[([\w-]+)\]/g)].map(([, key]) => key);
  const defined = [...page.matchAll(/^\[([\w-]+)\]: https:\/\//gm)].map(([, key]) => key);
  expect([...new Set(used)].toSorted()).toEqual(defined.toSorted());
});
