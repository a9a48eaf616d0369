import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";

const project = join(import.meta.dirname, "../..");
const cdkJson = JSON.parse(readFileSync(join(project, "cdk.json"), "utf8"));

/**
 * As the CDK's command line runs the app, into a folder of its own: with the functions' code, and
 * with the CDK's rules for templates, which fail a synthesis that breaks one.
 */
const synthesizeInto = async (outdir: string): Promise<void> => {
  mkdirSync(outdir, { recursive: true });
  const context = { ...cdkJson.context, stage: "prod", alarmEmail: "none" };
  const env = {
    ...{ ...process.env, CDK_VALIDATION: "true" },
    ...{ CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) },
  };
  await promisify(execFile)(process.execPath, ["bin/order-event-bus.ts"], { cwd: project, env });
};

const MINUTES_MS = 300_000;

it(
  "two syntheses of one app are the same, wherever they are written: a diff is empty",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "determinism-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    // Not equally deep: what is relative to the output folder would differ.
    const [first, second] = [join(folder, "cdk.out"), join(folder, "a/b/c/cdk.out")];
    await Promise.all([first, second].map(synthesizeInto));

    expect(readdirSync(second)).toEqual(readdirSync(first));
    expect(readdirSync(first).filter((name) => name.startsWith("asset.")).length).toBeGreaterThan(
      5,
    );
    for (const name of ["OrderEventBus-prod.template.json", "OrderEventBus-prod.assets.json"]) {
      const text = readFileSync(join(first, name), "utf8");
      expect(readFileSync(join(second, name), "utf8"), name).toBe(text);
      expect(text).not.toContain(folder);
    }
  },
  MINUTES_MS,
);
