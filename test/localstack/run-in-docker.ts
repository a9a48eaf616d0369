/** LocalStack in Docker, with functions of its own: what `cdk deploy` sends is what is tried. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listenForInterrupt } from "../../cli/listen-for-interrupt.ts";
import { describeReport, describeResult } from "../acceptance/describe-result.ts";
import { runScenarios } from "../acceptance/run-scenarios.ts";
import { SCENARIOS } from "../acceptance/scenarios.ts";
import { localStackVersion } from "./check-health.ts";
import { quickSettings } from "./quick-settings.ts";
import { type Part, timed } from "./timed.ts";

const ROOT = join(import.meta.dirname, "../..");
const CDK = join(ROOT, "node_modules/aws-cdk/bin/cdk");
/** Where docker-compose.yml has it. */
const ENDPOINT = "http://127.0.0.1:4566";
const ENVIRONMENT = {
  AWS_ENDPOINT_URL: ENDPOINT,
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
};

/**
 * What LocalStack sends back from a dead-letter queue keeps its old message id, which a consumer
 * knows as dead. With functions of its own nothing of ours stands between to put that right.
 */
const LEFT_OUT = "redrive";

const interrupts = new EventEmitter<{ interrupt: [] }>();

/** What runs when a Ctrl-C comes ends first: what is destroyed then is not still being made. */
const run = async (file: string, args: readonly string[], output: "shown" | "hidden") => {
  const stdio = output === "shown" ? "inherit" : "ignore";
  const child = spawn(file, args, { cwd: ROOT, stdio, env: process.env });
  const end = () => child.kill();
  interrupts.once("interrupt", end);
  const [code] = await once(child, "exit").finally(() => interrupts.off("interrupt", end));
  if (code !== 0) throw new Error(`${file} ${args.join(" ")} ended with ${code}`);
};

/** Ends a step at once; what comes after it to clean up goes on. */
const untilInterrupt = async <T>(step: Promise<T>): Promise<T> => {
  const over = new AbortController();
  const interrupt = once(interrupts, "interrupt", { signal: over.signal }).then(() => {
    throw new Error("interrupted");
  });
  try {
    return await Promise.race([step, interrupt]);
  } finally {
    interrupt.catch(() => {});
    over.abort();
  }
};

const compose = (...args: readonly string[]) => run("docker", ["compose", ...args], "shown");
const cdk = (...args: readonly string[]) => run(process.execPath, [CDK, ...args], "shown");

const requireDocker = async (): Promise<void> => {
  try {
    await run("docker", ["compose", "version"], "hidden");
  } catch {
    throw new Error(
      "Docker with its compose plugin is not here: install it, or try the bus on a LocalStack " +
        `that runs anyhow: npm run test:localstack -- --endpoint ${ENDPOINT}`,
    );
  }
};

const acceptance = async (outputsFile: string, tell: (text: string) => void): Promise<string> => {
  const report = await runScenarios({
    ...{ outputsFile, patienceSeconds: 300 },
    scenarios: SCENARIOS.filter(({ name }) => name !== LEFT_OUT),
    onResult: (result) => tell(describeResult(result)),
  });
  assert.equal(report.failed, 0, describeReport(report));
  return describeReport(report);
};

/** A stage of its own, which is destroyed in any case. */
const deployAndTry = async (tell: (text: string) => void): Promise<Part[]> => {
  const folder = mkdtempSync(join(tmpdir(), "localstack-"));
  const outputsFile = join(folder, "outputs.json");
  const stage = `ls-${randomBytes(4).toString("hex")}`;
  const settings = `settings=${JSON.stringify(quickSettings(1))}`;
  const context = [`stage=${stage}`, settings, "combinedAlarms=off"].flatMap((one) => ["-c", one]);
  const app = ["--output", join(folder, "cdk.out"), ...context];
  const parts: Part[] = [];
  const add = async (name: string, step: () => Promise<string>) => {
    tell(`${name} …`);
    parts.push(await timed(name, step));
  };
  try {
    await add("bootstrap", async () => {
      await cdk("bootstrap", `aws://000000000000/${ENVIRONMENT.AWS_REGION}`, ...app);
      return ENDPOINT;
    });
    await add("deploy", async () => {
      await cdk("deploy", "--require-approval", "never", "--outputs-file", outputsFile, ...app);
      return `OrderEventBus-${stage}`;
    });
    await add("acceptance", () => untilInterrupt(acceptance(outputsFile, tell)));
  } finally {
    await add("destroy", async () => {
      await cdk("destroy", "--force", ...app);
      return "the stage is gone";
    });
    rmSync(folder, { recursive: true, force: true });
  }
  return parts;
};

export const runInDocker = async (tell: (text: string) => void): Promise<Part[]> => {
  await requireDocker();
  listenForInterrupt(() => {
    tell("Stopping, and destroying what was made …");
    interrupts.emit("interrupt");
  });
  const isRunning = (await localStackVersion(ENDPOINT)) !== undefined;
  if (isRunning) tell(`LocalStack answers at ${ENDPOINT}: used as it is, and left running`);
  Object.assign(process.env, ENVIRONMENT);
  try {
    if (!isRunning) await compose("up", "--detach", "--wait");
    return await deployAndTry(tell);
  } finally {
    if (!isRunning) await compose("down", "--volumes");
  }
};
