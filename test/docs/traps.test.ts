import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const tests = join(import.meta.dirname, "..");
const TRAPS = Array.from({ length: 40 }, (_, index) => `T${index + 1}`);

/** The trap numbers at the head of test titles, and those that traps.md explains. */
const named = (): Set<string> => {
  const titles = readdirSync(tests, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => readFileSync(join(tests, file), "utf8"))
    .flatMap((text) => [
      ...text.matchAll(/\b(?:it|test|describe)(?:\.each\([^)]*\))?\(\s*"([^"]*)"/g),
    ])
    .flatMap(([, title = ""]) => title.match(/\bT[0-9]+\b/g) ?? []);
  const explained = [
    ...readFileSync(join(tests, "traps.md"), "utf8").matchAll(/^- (T[0-9]+):/gm),
  ].map(([, trap = ""]) => trap);
  return new Set([...titles, ...explained]);
};

it("every trap from T1 to T40 has a test with its number, or a reason why it cannot happen", () => {
  const known = named();
  expect(TRAPS.filter((trap) => !known.has(trap))).toEqual([]);
});
