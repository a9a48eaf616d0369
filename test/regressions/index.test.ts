import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const read = (name: string) => readFileSync(join(import.meta.dirname, name), "utf8");
const stories = readdirSync(import.meta.dirname).filter(
  (name) => name.endsWith(".test.ts") && name !== "index.test.ts",
);

it("the index names every story, and no other", () => {
  const named = [...read("README.md").matchAll(/\]\(([^)]+)\)/g)].map(([, name]) => name);
  expect(named.toSorted()).toEqual(stories.toSorted());
});

describe.each(stories)("%s", (name) => {
  it("tells what was wrong, why, and what fixed it", () => {
    const [top = ""] = read(name).split("*/");
    for (const part of ["What was wrong:", "Why:", "What fixed it:"]) {
      expect(top).toContain(` * ${part} `);
    }
  });
});
