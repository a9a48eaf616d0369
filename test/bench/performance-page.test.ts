import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readReport } from "../../bench/report/bench-report.ts";
import { composeReport } from "../../bench/report/compose-report.ts";
import { pageFiles } from "../../bench/report/write-page.ts";

const docs = join(import.meta.dirname, "../../docs");

describe("docs/performance.md", () => {
  const committed = readReport(join(docs, "performance.json"));

  it("is what the report beside it gives (else: node bench/report/write-page.ts docs/performance.json)", () => {
    for (const [path, text] of pageFiles(committed)) {
      expect(existsSync(join(docs, path)), path).toBe(true);
      expect(readFileSync(join(docs, path), "utf8"), path).toBe(text);
    }
  });

  it("has no chart that the report knows nothing of", () => {
    const known = [...pageFiles(committed).keys()].filter((path) => path.endsWith(".svg"));
    const found = readdirSync(join(docs, "performance")).map((file) => `performance/${file}`);
    expect(found.toSorted()).toEqual(known.toSorted());
  });

  it("judges its figures as the code does", () => {
    expect(composeReport(committed).reach).toEqual(committed.reach);
  });

  it("names no file of the machine that it was measured on", () => {
    const texts = [...pageFiles(committed)].filter(([path]) => !path.endsWith(".svg"));
    for (const [path, text] of texts) {
      expect(text.match(/(?<![\w.:/-])\/(?:\w[\w.-]*\/)+\w*/g), path).toBeNull();
    }
  });
});
