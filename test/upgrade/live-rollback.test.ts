/**
 * A newer version of all five consumers is put under a running bus, and taken back, while orders
 * flow. It writes an attribute more on every row; the running functions are killed each time, where
 * Lambda would let them end.
 */
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { generateTrace } from "../../cli/generate-trace.ts";
import { readFigures } from "../../cli/read-figures.ts";
import type { TraceLine } from "../../cli/trace-line.ts";
import { readCloudAssembly } from "../../local/cloud-assembly.ts";
import { predictFigures } from "../cli/predict-figures.ts";
import { hasDynoxide } from "../emulators/start-dynoxide.ts";
import { until } from "../emulators/until.ts";
import { readTable } from "../end-to-end/read-rows.ts";
import { drain, startBus, type TestBus } from "../end-to-end/start-bus.ts";
import { buildNewerConsumer, NEW_ATTRIBUTE } from "./build-newer-consumer.ts";
import { FIVE } from "./five-consumers.ts";

const SETTINGS = { timeoutSeconds: 2, outageFloorSeconds: 0 };
const TIMEOUT_MS = 300_000;
const NO_DEAD_LETTERS = { inventory: 0, loyalty: 0, recommendation: 0, warehouse: 0, fraud: 0 };

describe.skipIf(!hasDynoxide)("a deploy that is rolled back while orders flow", () => {
  let test: TestBus;
  /** The deployed bundle of each consumer, and where the old and the newer one lie. */
  const bundles: { deployed: string; old: string; newer: string; functionName: string }[] = [];

  beforeAll(async () => {
    test = await startBus(SETTINGS);
    const assembly = readCloudAssembly(join(test.dataDir, "cdk.out"));
    for (const name of FIVE.keys()) {
      const folder = codeFolder(assembly, name);
      const [deployed, old] = [join(folder, "index.mjs"), join(test.dataDir, `old-${name}.mjs`)];
      const newer = join(test.dataDir, `newer-${name}.mjs`);
      copyFileSync(deployed, old);
      await buildNewerConsumer(name, newer);
      const { functionName = "" } =
        test.stage.outputs.Consumers.find((consumer) => consumer.name === name) ?? {};
      bundles.push({ deployed, old, newer, functionName });
    }
  }, TIMEOUT_MS);
  afterAll(() => test?.stop());

  const touchedRows = async () => {
    const rows = await readTable(test.stage, test.stage.outputs.DedupTable);
    return rows.filter((row) => NEW_ATTRIBUTE in row);
  };
  const deploy = (version: "old" | "newer"): void => {
    for (const bundle of bundles) {
      copyFileSync(bundle[version], bundle.deployed);
      test.bus.killFunction(bundle.functionName);
    }
  };

  it(
    "loses nothing, doubles nothing and leaves no dead letter",
    async () => {
      const trace = generateTrace(77, 60);
      const third = Math.ceil(trace.length / 3);
      const rollback = Math.floor(2.5 * third);
      const goOn = new Set(trace.slice(rollback).map(({ orderId }) => orderId));
      /** Deploys while the lines are played. */
      const playOver = (lines: readonly TraceLine[], version: "old" | "newer") =>
        test.play(lines, (count) => count === Math.floor(lines.length / 2) && deploy(version));

      await test.play(trace.slice(0, third));
      await drain(test.stage);
      await playOver(trace.slice(third, 2 * third), "newer");
      await until("each newer consumer has written rows of orders that go on", async () => {
        const rows = (await touchedRows()).filter(({ orderId }) => goOn.has(orderId));
        return new Set(rows.map(({ consumer }) => consumer)).size === FIVE.size;
      });
      await playOver(trace.slice(2 * third, rollback), "old");
      const rolledBackMs = Date.now();
      await test.play(trace.slice(rollback));

      const audit = await drain(test.stage);
      expect(audit).toMatchObject({ ok: true, problems: [] });
      const { refused: _, ...figures } = predictFigures(trace);
      expect(await readFigures(test.stage)).toEqual({ ...figures, deadLetters: NO_DEAD_LETTERS });

      const rows = await readTable(test.stage, test.stage.outputs.DedupTable);
      const touched = await touchedRows();
      const goneOn = touched.filter(({ appliedAtMs }) => Number(appliedAtMs) > rolledBackMs);
      expect(touched.length).toBeLessThan(rows.length);
      expect(goneOn.length).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );
});

const codeFolder = (assembly: ReturnType<typeof readCloudAssembly>, name: string): string => {
  const resources = Object.entries(assembly.template.Resources);
  const [, found] = resources.find(
    ([id, { Type }]) => Type === "AWS::Lambda::Function" && id.startsWith(`${name}Handler`),
  ) ?? [undefined, undefined];
  const code = found?.Properties?.Code as { readonly S3Key?: string } | undefined;
  const folder = assembly.assetFolder(String(code?.S3Key));
  if (folder === undefined) throw new Error(`no bundle of ${name}`);
  return folder;
};
