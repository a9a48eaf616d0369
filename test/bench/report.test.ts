import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { Part } from "../../bench/part.ts";
import { readReport } from "../../bench/report/bench-report.ts";
import {
  composeReport,
  mergeReports,
  refuseOtherMachine,
} from "../../bench/report/compose-report.ts";
import { describeReport, summaryOf } from "../../bench/report/describe-report.ts";
import { type Ran, runParts } from "../../bench/run-parts.ts";
import { generateTrace } from "../../cli/generate-trace.ts";
import { makeFigure, makeMeasuredPart, makeState } from "./make-measured-part.ts";

const report = composeReport({
  ...makeState(),
  parts: [
    makeMeasuredPart("effects", [
      makeFigure("effects: events/s", 5, { goal: { atLeast: 5 }, rounds: [4, 5, 6] }),
      makeFigure("effects: requests", 0.36, { goal: { atMost: 0.35 } }),
      makeFigure("effects: told only", 7),
    ]),
    makeMeasuredPart("relay", [makeFigure("relay: entries", 8.99, { goal: { atLeast: 9 } })]),
  ],
  failed: [],
});

it("has a row for each figure with a goal, and judges the value as it is, not as it is shown", () => {
  expect(report.reach).toEqual([
    { name: "effects: events/s", value: 5, goal: ">= 5", ok: true },
    { name: "effects: requests", value: 0.36, goal: "<= 0.35", ok: false },
    { name: "relay: entries", value: 8.99, goal: ">= 9", ok: false },
  ]);
  expect(summaryOf(report)).toBe("1 figures reached, 2 missed");
  const failed = [{ name: "growth", error: "no emulator" }];
  expect(summaryOf({ ...report, failed })).toBe(
    "1 figures reached, 2 missed, 1 parts not measured",
  );
  expect(describeReport({ ...report, failed })).toContain("growth was not measured: no emulator");
});

it("refuses two figures of one name", () => {
  const parts = [...report.parts, makeMeasuredPart("again", [makeFigure("relay: entries", 1)])];
  expect(() => composeReport({ ...report, parts })).toThrow("relay: entries");
});

it("keeps of an earlier report what is not measured anew", () => {
  const better = makeMeasuredPart("effects", [
    makeFigure("effects: events/s", 6, { goal: { atLeast: 5 } }),
  ]);
  const names = ["effects", "relay"];
  const merged = mergeReports(report, { ...makeState(), parts: [better], failed: [] }, names);
  expect(merged.parts).toEqual([better, report.parts[1]]);
  expect(merged.reach.map(({ name, ok }) => [name, ok])).toEqual([
    ["effects: events/s", true],
    ["relay: entries", false],
  ]);
  const failed = [{ name: "relay", error: "no emulator" }];
  const without = mergeReports(merged, { ...makeState(), parts: [], failed }, names);
  expect(without.parts).toEqual([better]);
  expect(without.failed).toEqual(failed);
});

it("takes no parts of another machine", () => {
  const { machine, versions } = makeState();
  const other = { ...report, machine: { ...machine, cores: 64 }, versions };
  expect(() => refuseOtherMachine(report, other)).toThrow(
    "2 cores, Node 24.21.0, this is a cpu, 64",
  );
  expect(() => refuseOtherMachine(report, report)).not.toThrow();
});

it("reads back what it wrote, and says what is wrong with another file", () => {
  const folder = mkdtempSync(join(tmpdir(), "bench-report-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "report.json");
  writeFileSync(file, JSON.stringify(report));
  expect(readReport(file)).toEqual(report);
  writeFileSync(file, JSON.stringify({ ...report, parts: [{ name: 7 }] }));
  expect(() => readReport(file)).toThrow("parts.0.name is 7, allowed: string");
  expect(() => readReport(join(folder, "none.json"))).toThrow("npm run bench -- --report");
});

const part = (name: string, run: Part["run"]): Part => ({ name, summary: name, run });
const nothing = { figures: [], tables: [], charts: [], notes: [] };

it("runs on after a part that fails, and tells of each as soon as it is there", async () => {
  const told: Ran[] = [];
  const lines: string[] = [];
  const ran = await runParts({
    parts: [
      part("broken", async () => {
        throw new Error("no emulator");
      }),
      part("well", async ({ onProgress, rounds, trace }) => {
        onProgress(`${rounds} rounds of ${trace.length}`);
        return nothing;
      }),
    ],
    ...{ rounds: 4, trace: { from: "one order", lines: generateTrace(1, 1) } },
    ...{ versions: makeState().versions, signal: new AbortController().signal },
    onProgress: (text) => lines.push(text),
    onPart: ({ parts, failed }) => told.push({ parts: [...parts], failed: [...failed] }),
  });
  expect(ran.failed).toEqual([{ name: "broken", error: "no emulator" }]);
  expect(ran.parts).toMatchObject([{ name: "well", rounds: 4, commit: "0123456789" }]);
  expect(told).toMatchObject([{ parts: [], failed: ran.failed }, ran]);
  expect(lines).toContain(`well: 4 rounds of ${generateTrace(1, 1).length}`);
});

it("takes no part whose figures have the names of another's, and goes on", async () => {
  const same = { ...nothing, figures: [makeFigure("one name", 1)] };
  const ran = await runParts({
    parts: [part("first", async () => same), part("second", async () => same)],
    ...{ rounds: 1, trace: { from: "none", lines: [] }, versions: makeState().versions },
    ...{ signal: new AbortController().signal, onProgress: () => {}, onPart: () => {} },
  });
  expect(ran.parts.map(({ name }) => name)).toEqual(["first"]);
  expect(ran.failed).toEqual([{ name: "second", error: "figures of one name: one name" }]);
});

it("begins no part after Ctrl-C, and counts the one that it broke off as neither", async () => {
  const controller = new AbortController();
  const ran = await runParts({
    parts: [
      part("interrupted", async ({ signal }) => {
        controller.abort(new Error("interrupted"));
        throw signal.reason;
      }),
      part("later", async () => nothing),
    ],
    ...{ rounds: 1, trace: { from: "none", lines: [] }, versions: makeState().versions },
    ...{ signal: controller.signal, onProgress: () => {}, onPart: () => {} },
  });
  expect(ran).toEqual({ parts: [], failed: [] });
});
