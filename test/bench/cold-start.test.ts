import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { bytesFigure, ratioFigure } from "../../bench/cold-start/cold-start.ts";
import { fastest, type Measured } from "../../bench/cold-start/measure-inits.ts";
import { timeInit } from "../../bench/cold-start/time-init.ts";
import { bundleFunction } from "../../lib/bundle-function.ts";

const signal = AbortSignal.timeout(120_000);

const temporary = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "cold-start-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
};

const module = (text: string): string => {
  const file = join(temporary(), "index.mjs");
  writeFileSync(file, text);
  return file;
};

const init = (ms: number) => ({ initMs: ms, cpuMs: ms / 2 });

const measured = (
  name: string,
  own: readonly number[],
  more: Partial<Measured> = {},
): Measured => ({
  ...{ name, isConsumer: true, file: "index.mjs", codeBytes: 100 * 1_024, mapBytes: 0 },
  environment: {},
  rounds: own.map((ms) => ({ own: init(ms), empty: init(10) })),
  ...more,
});

test("a start is timed in a process that has only the environment given", async () => {
  const file = module(`
    if (process.env.ONLY !== "this" || Object.keys(process.env).length > 1) throw new Error("env");
    export const handler = () => {};
  `);
  const { initMs, cpuMs } = await timeInit(file, { ONLY: "this" }, signal);
  expect(initMs).toBeGreaterThan(0);
  expect(cpuMs).toBeGreaterThan(0);
});

test.each([
  ["has no handler", "export const other = 1;"],
  ["throws at its start", 'throw new Error("at start");'],
])("a module that %s is not measured", async (_, text) => {
  await expect(timeInit(module(text), {}, signal)).rejects.toThrow();
});

test("of a round's starts the fastest counts, by each clock", () => {
  const starts = [
    { initMs: 9, cpuMs: 3 },
    { initMs: 5, cpuMs: 4 },
  ];
  expect(fastest(starts)).toEqual({ initMs: 5, cpuMs: 3 });
});

test("the figures are of the slowest function by its median, and of the largest consumer", () => {
  const all = [
    measured("a", [11, 40, 12]),
    measured("b", [13, 14, 12], { codeBytes: 120 * 1_024 }),
    measured("c", [10, 10, 10], { codeBytes: 900 * 1_024, isConsumer: false }),
  ];
  expect(ratioFigure(all, "initMs")).toMatchObject({ value: 1.3, rounds: [1.3, 1.4, 1.2] });
  expect(bytesFigure(all)).toMatchObject({ value: 120, unit: "KB" });
});

test.each(["dynamo", "dynamo-sqs", "sns-sqs"])(
  "the empty handler with the clients %s is bundled and starts",
  async (name) => {
    const folder = temporary();
    await bundleFunction(
      join(import.meta.dirname, `../../bench/cold-start/empty/${name}.ts`),
      folder,
    );
    const file = join(folder, "index.mjs");
    await expect(timeInit(file, { AWS_REGION: "eu-west-1" }, signal)).resolves.toBeDefined();
  },
);
