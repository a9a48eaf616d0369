/** `bus alarms`, as a person runs it, against the embedded bus's part of CloudWatch. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readAlarms } from "../../cli/alarms/read-alarms.ts";
import type { StageOutputs } from "../../cli/stage-outputs.ts";
import type { AlarmDefinition } from "../../local/alarms/alarm-definition.ts";
import { type AlarmWatch, createAlarmWatch } from "../../local/alarms/alarm-watch.ts";
import { cloudWatchApi } from "../../local/alarms/cloudwatch-api.ts";
import { createMetricStore } from "../../local/alarms/metric-store.ts";
import { type ControlServer, startControlServer } from "../../local/control-server.ts";
import { freePort } from "../../local/free-port.ts";
import { combinedAlarm, plainAlarm } from "../local/make-alarm.ts";
import { CONSUMERS } from "./make-stage.ts";

const STACK = "OrderEventBus-dev";
const because = (text: string, section: string) => ({
  AlarmDescription: `${text} Runbook: docs/operations.md#${section}`,
});

let server: ControlServer;
let watch: AlarmWatch;
let folder: string;

const serve = async (alarms: readonly AlarmDefinition[]) => {
  watch = createAlarmWatch(alarms, Date.now() - 120_000);
  server = await startControlServer({
    port: await freePort(),
    routes: [
      cloudWatchApi({
        store: createMetricStore(60_000),
        alarms: { watch, set: async () => {}, stop: async () => {} },
      }),
    ],
  });
  const outputs = {
    ...{ OrdersTable: "orders", DedupTable: "dedup", TopicArn: "arn:aws:sns:us-east-1:0:t.fifo" },
    Consumers: JSON.stringify(CONSUMERS),
  };
  const endpoints = { AWS_ENDPOINT_URL_CLOUDWATCH: server.endpoint };
  writeFileSync(join(folder, "outputs.json"), JSON.stringify({ [STACK]: outputs, endpoints }));
};

const bus = (...args: readonly string[]) =>
  new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const words = ["cli/bus.ts", "alarms", ...args, "--outputs", join(folder, "outputs.json")];
    const child = execFile(process.execPath, words, (_error, out, err) =>
      resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });

const set = (name: string, value: "OK" | "ALARM", ageMs: number) =>
  watch.set(`${STACK}/${name}`, { value, reason: "1 of 1" }, Date.now() - ageMs);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "bus-alarms-"));
  await serve([
    plainAlarm(`${STACK}/fraud/Dead`, because("Fraud gave up on an event.", "dead")),
    plainAlarm(`${STACK}/api/Busy`, because("The order API is too busy.", "busy")),
    combinedAlarm(`${STACK}/fraud/Stuck`, `ALARM("${STACK}/fraud/Dead")`),
    plainAlarm("OrderEventBus-dev-2/fraud/Dead"),
  ]);
});

afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

describe("bus alarms", () => {
  it("ends with 0 while nothing rings", async () => {
    for (const name of ["fraud/Dead", "api/Busy", "fraud/Stuck"]) set(name, "OK", 0);
    const { code, out } = await bus();
    expect({ code, out }).toEqual({
      code: 0,
      out: "3 alarms: 0 ring, 3 quiet, 0 without data\n",
    });
  });

  it("tells what rings, since when, why, and the section of the runbook; and ends with 1", async () => {
    set("api/Busy", "OK", 0);
    // Hours, which stay the same for minutes, however long the command takes to start.
    set("fraud/Dead", "ALARM", 3 * 3_600_000);
    set("fraud/Stuck", "ALARM", 2 * 3_600_000);
    const { code, out, err } = await bus();
    expect({ code, err }).toEqual({ code: 1, err: "" });
    expect(out.split("\n")).toEqual([
      "RINGS   fraud/Stuck, for 2 h",
      "RINGS   fraud/Dead, for 3 h, told by a combined one",
      "        Fraud gave up on an event.",
      "        docs/operations.md#dead",
      "3 alarms: 2 ring, 1 quiet, 0 without data",
      "",
    ]);
    expect((await bus("--all")).out).toContain("quiet   api/Busy, for ");
  });

  it("prints all of them as JSON", async () => {
    set("fraud/Dead", "ALARM", 0);
    const { code, out } = await bus("--json");
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject([
      { name: "fraud/Dead", state: "rings", runbook: "docs/operations.md#dead", tells: "combined" },
      { name: "api/Busy", state: "no data" },
      { name: "fraud/Stuck", state: "no data", tells: "itself" },
    ]);
  });

  it("ends with 3 where CloudWatch does not answer", async () => {
    await server.stop();
    const { code, out, err } = await bus();
    expect({ code, out }).toEqual({ code: 3, out: "" });
    expect(err).toMatch(/^bus alarms: /);
  });
});

it("alarms are read over all pages", async () => {
  await server.stop();
  await serve(Array.from({ length: 120 }, (_, index) => plainAlarm(`${STACK}/fraud/A${index}`)));
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const endpoint = server.endpoint;
  const cloudwatch = new CloudWatchClient({ region: "us-east-1", credentials, endpoint });
  const outputs = { stackName: STACK } as StageOutputs;
  expect(await readAlarms({ cloudwatch, outputs })).toHaveLength(120);
  cloudwatch.destroy();
});
