/**
 * Writes the page from a report: `docs/performance.md`, its charts, and the report beside it.
 *
 *     node bench/report/write-page.ts reports/bench.json
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { EXIT } from "../../cli/exit-codes.ts";
import { type BenchReport, readReport } from "./bench-report.ts";
import { chartFile } from "./chart-file.ts";
import { drawChart, type Theme } from "./draw-chart.ts";
import { performancePage } from "./performance-page.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Every file that the page is made of, by its path under `docs`. */
export const pageFiles = (report: BenchReport): ReadonlyMap<string, string> => {
  const files = new Map<string, string>();
  const add = (path: string, text: string): void => {
    if (files.has(path)) throw new Error(`two charts would be ${path}; give one another title`);
    files.set(path, text);
  };
  add("performance.md", performancePage(report));
  add("performance.json", `${JSON.stringify(report, null, 2)}\n`);
  for (const { name, charts } of report.parts) {
    for (const chart of charts) {
      for (const theme of ["light", "dark"] satisfies Theme[]) {
        const path = `performance/${chartFile(name, chart.title, theme)}`;
        add(path, drawChart(chart, theme));
      }
    }
  }
  return files;
};

/** The page is for everyone; a path says where somebody has their files. */
const refusePaths = (report: BenchReport): void => {
  const text = JSON.stringify(report);
  const found = [ROOT, homedir(), tmpdir()].find((path) => text.includes(`${path}/`));
  if (found === undefined) return;
  throw new Error(`the report names files under ${found}; let the part tell names without paths`);
};

const writePage = (report: BenchReport): void => {
  refusePaths(report);
  const files = pageFiles(report);
  const docs = join(ROOT, "docs");
  rmSync(join(docs, "performance"), { recursive: true, force: true });
  mkdirSync(join(docs, "performance"));
  for (const [path, text] of files) writeFileSync(join(docs, path), text);
  console.log(`docs/performance.md and ${files.size - 2} charts written`);
};

if (import.meta.main) {
  const [file = ""] = new Command("node bench/report/write-page.ts")
    .description("Writes docs/performance.md and its charts from a report of npm run bench.")
    .argument("<report>", "as npm run bench -- --report FILE wrote it")
    .addHelpText("after", "\nExample:\n  node bench/report/write-page.ts reports/bench.json")
    .parse().args;
  try {
    writePage(readReport(file));
  } catch (error) {
    console.error(`write-page: ${error instanceof Error ? error.message : error}`);
    process.exitCode = EXIT.fault;
  }
}
