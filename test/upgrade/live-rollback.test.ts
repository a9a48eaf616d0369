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
import { readCloudAssembly } from "../../local/cloud-assembly.ts";
import { predictFigures } from "../cli/predict-figures.ts";
import { hasDynoxide } from "../emulators/start-dynoxide.ts";
import { readTable } from "../end-to-end/read-rows.ts";
import { drain, startBus, type TestBus } from "../end-to-end/start-bus.ts";
import { buildNewerConsumer, NEW_ATTRIBUTE } from "./build-newer-consumer.ts";
import { FIVE } from "./five-consumers.ts";

const SETTINGS = { timeoutSeconds: 2, outageFloorSeconds: 0 };
const TIMEOUT_MS = 240_000;
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
      let rolledBackMs = 0;
      await test.play(trace, (count) => {
        if (count === Math.floor(trace.length / 3)) deploy("newer");
        if (count !== Math.floor((trace.length * 2) / 3)) return;
        deploy("old");
        rolledBackMs = Date.now();
      });

      const audit = await drain(test.stage);
      expect(audit).toMatchObject({ ok: true, problems: [] });
      const { refused: _, ...figures } = predictFigures(trace);
      expect(await readFigures(test.stage)).toEqual({ ...figures, deadLetters: NO_DEAD_LETTERS });

      const rows = await readTable(test.stage, test.stage.outputs.DedupTable);
      const touched = rows.filter((row) => NEW_ATTRIBUTE in row);
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
