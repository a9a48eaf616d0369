import { globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { guaranteeBreaks } from "./guarantee-breaks.ts";

const textOf = (file: string): string => readFileSync(file, "utf8");
const README = textOf("README.md");
const PAGE = textOf("docs/broken-guarantees.md");
const TESTS = globSync("test/{core,consumers,relay,order-api,aws,contract}/**/*.ts")
  .map(textOf)
  .join("\n");

describe.each(guaranteeBreaks)(
  "a broken guarantee, $file: $sin",
  ({ guarantee, sin, file, from, test: title }) => {
    test("changes one place, as the code is now", () => {
      expect(textOf(`lambdas/${file}`).split(from)).toHaveLength(2);
    });

    test("breaks a guarantee of the README", () => {
      expect(README).toContain(`\n| ${guarantee} |`);
    });

    test("is told by a test that is there, and was seen to fail", () => {
      // Where a title is put together, its first words are elsewhere.
      for (const part of title.split(" > "))
        expect(TESTS).toContain(part.replace(/^(not|the ledger) /, ""));
      expect(PAGE).toContain(`| ${sin} (${file}) | ${title} |`);
    });
  },
);
