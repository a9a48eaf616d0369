/** `bus`, as a person runs it on a stage whose outputs are in a file. */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Stage } from "../../cli/stage-clients.ts";

export type BusRun = { readonly code: number; readonly out: string; readonly err: string };

const urlOf = async ({ config }: Stage["sqs"]): Promise<string> => {
  const at = await config.endpoint?.();
  return `http://${at?.hostname}:${at?.port}`;
};

export const busOf = async (stage: Stage, dynamoEndpoint: string) => {
  const { stackName, Consumers, ...outputs } = stage.outputs;
  const endpoints = {
    AWS_ENDPOINT_URL_DYNAMODB: dynamoEndpoint,
    AWS_ENDPOINT_URL_SQS: await urlOf(stage.sqs),
  };
  const folder = mkdtempSync(join(tmpdir(), "bus-"));
  const file = join(folder, "outputs.json");
  const found = { ...outputs, Consumers: JSON.stringify(Consumers) };
  writeFileSync(file, JSON.stringify({ [stackName]: found, endpoints }));
  const run = (...args: readonly string[]) =>
    new Promise<BusRun>((resolve) => {
      const words = ["cli/bus.ts", ...args, "--outputs", file];
      const child = execFile(process.execPath, words, (_error, out, err) =>
        resolve({ code: child.exitCode ?? -1, out, err }),
      );
      child.stdin?.end();
    });
  return { file, run, remove: () => rmSync(folder, { recursive: true }) };
};
