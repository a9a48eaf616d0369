/** What the app's own synthesis checks: cdk-nag's AwsSolutions, and CloudFormation's schemas. */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { App, Validations } from "aws-cdk-lib";
import { CfnQueue, Queue } from "aws-cdk-lib/aws-sqs";
import { AwsSolutionsChecks } from "cdk-nag";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { OrderEventBusStack } from "../../lib/order-event-bus-stack.ts";
import { stageSettings } from "../../lib/stage-settings.ts";

const ROOT = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "synth-checks-"));
afterAll(() => rmSync(folder, { recursive: true }));

const cdkJson = JSON.parse(readFileSync(join(ROOT, "cdk.json"), "utf8"));
// The CDK's own rules for templates, which are off elsewhere.
beforeAll(() => {
  vi.stubEnv("CDK_VALIDATION", "true");
});
afterAll(() => {
  vi.unstubAllEnvs();
});

const context = { ...cdkJson.context, "aws:cdk:bundling-stacks": [] };

type Finding = { readonly ruleName: string; readonly reason?: string };
type PluginReport = {
  readonly pluginName: string;
  readonly conclusion: string;
  readonly violations: readonly Finding[];
  readonly suppressedViolations?: readonly Finding[];
};

const reportIn = (outdir: string): readonly PluginReport[] =>
  JSON.parse(readFileSync(join(outdir, "validation-report.json"), "utf8")).pluginReports;

const findings = (reports: readonly PluginReport[]): string[] =>
  reports.flatMap(({ violations }) => violations.map(({ ruleName }) => ruleName));

describe("bin/order-event-bus.ts is checked whenever it is synthesized", () => {
  const stages: Record<string, readonly PluginReport[]> = {};
  beforeAll(async () => {
    const options = { dev: {}, prod: { stage: "prod", alarmEmail: "operations@example.com" } };
    for (const [stage, given] of Object.entries(options)) {
      const outdir = join(folder, stage);
      const CDK_CONTEXT_JSON = JSON.stringify({ ...context, ...given });
      const env = { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON };
      const bin = join(ROOT, "bin/order-event-bus.ts");
      await promisify(execFile)(process.execPath, [bin], { cwd: ROOT, env });
      stages[stage] = reportIn(outdir);
    }
  });

  it.each([
    ["dev", ["AwsSolutions-DDB3", "AwsSolutions-SQS3"]],
    ["prod", ["AwsSolutions-SQS3"]],
  ])("%s passes, and departs from %j only, each with its reason", (stage, expected) => {
    const nag = stages[stage]?.find(({ pluginName }) => pluginName === "AwsSolutions");
    expect(nag).toMatchObject({ conclusion: "success", violations: [] });
    const departures = nag?.suppressedViolations ?? [];
    expect([...new Set(departures.map(({ ruleName }) => ruleName))].toSorted()).toEqual(expected);
    for (const { ruleName, reason = "" } of departures) {
      expect(reason, `${ruleName} is departed from without a reason`).toMatch(/\w+ \w+ \w+/);
    }
  });
});

describe("synthesis fails", () => {
  const synthesizeWith = (name: string, harm: (stack: OrderEventBusStack) => void) => {
    const outdir = join(folder, name);
    const app = new App({ outdir, context });
    const settings = stageSettings({ stage: "dev" });
    const stack = new OrderEventBusStack(app, "OrderEventBus-dev", { settings });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    harm(stack);
    expect(() => app.synth()).toThrow("validation-report.json");
    return findings(reportIn(outdir));
  };

  it("on a queue that takes requests without TLS and has no dead-letter queue", () => {
    const found = synthesizeWith("bare-queue", (stack) => new Queue(stack, "Bare"));
    expect(found.toSorted()).toEqual(["AwsSolutions-SQS3", "AwsSolutions-SQS4"]);
  });

  it("on a value that CloudFormation would refuse only in the middle of a deploy", () => {
    const found = synthesizeWith("bad-value", (stack) => {
      const queue = stack.node.findAll().find((construct) => construct instanceof CfnQueue);
      queue?.addPropertyOverride("MessageRetentionPeriod", 99_999_999);
    });
    expect(found).toEqual(["F3034"]);
  });
});
