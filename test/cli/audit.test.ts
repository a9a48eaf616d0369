/** The command, as a person runs it on a stage whose outputs are in a file. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeOrder } from "../core/make-order.ts";
import { type Dynoxide, hasDynoxide, startDynoxide } from "../emulators/start-dynoxide.ts";
import { appliedRow, CONSUMERS, makeStage } from "./make-stage.ts";

describe.skipIf(!hasDynoxide)("bus audit", () => {
  let dynoxide: Dynoxide;
  let stage: Awaited<ReturnType<typeof makeStage>>;
  let folder: string;
  let file: string;

  beforeEach(async () => {
    dynoxide = await startDynoxide();
    stage = await makeStage(dynoxide.client, [CONSUMERS[4]!]);
    await stage.put("orders", makeOrder(["pay"], "a"));
    const { stackName, Consumers, ...outputs } = stage.stage.outputs;
    const sqs = await stage.stage.sqs.config.endpoint?.();
    const endpoints = {
      AWS_ENDPOINT_URL_DYNAMODB: dynoxide.endpoint,
      AWS_ENDPOINT_URL_SQS: `http://${sqs?.hostname}:${sqs?.port}`,
    };
    const found = { ...outputs, Consumers: JSON.stringify(Consumers) };
    folder = mkdtempSync(join(tmpdir(), "audit-"));
    file = join(folder, "outputs.json");
    writeFileSync(file, JSON.stringify({ [stackName]: found, endpoints }));
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await stage.stop();
    await dynoxide.stop();
  });

  const audit = (outputs: string) =>
    new Promise<readonly [number, string]>((resolve) => {
      const child = execFile(
        process.execPath,
        ["cli/bus.ts", "audit", "--outputs", outputs],
        (_error, stdout, stderr) => resolve([child.exitCode ?? -1, stdout + stderr]),
      );
    });

  it("ends with 0 where every event is at every consumer", async () => {
    await stage.putRow("fraud", appliedRow("a", 2));
    expect(await audit(file)).toEqual([
      0,
      "audit ok: all 2 events of 1 orders are at each of 1 consumers\n",
    ]);
  });

  it("ends with 1 where one is not, and names the order", async () => {
    await stage.putRow("fraud", appliedRow("a", 1));
    expect(await audit(file)).toEqual([
      1,
      "audit FAILED: fraud is behind on 1 orders, such as a\n",
    ]);
  });

  it("ends with 3 where there is no stage to ask", async () => {
    const [code, text] = await audit(join(folder, "none.json"));
    expect(code).toBe(3);
    expect(text).toMatch(/^bus audit: cannot read the outputs file/);
  });
});
