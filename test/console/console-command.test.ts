import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openLink } from "./ask-console.ts";

const BUS = resolve(import.meta.dirname, "..", "..", "cli", "bus.ts");
const url = "http://127.0.0.1:1/queue";
const consumer = {
  ...{ name: "fraud", queueUrl: url, deadLetterQueueUrl: url, functionName: "f", mappingId: "m" },
  ...{ subscriptionDeadLetterQueueUrl: url, tables: {} },
};
/** A stage that nothing serves: the console opens all the same, and says so on its pages. */
const OUTPUTS = {
  "OrderEventBus-nowhere": {
    ...{ OrdersTable: "orders", DedupTable: "dedup" },
    TopicArn: "arn:aws:sns:us-east-1:000000000000:orders.fifo",
    Consumers: JSON.stringify([consumer]),
  },
  endpoints: { AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:1" },
};

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "console-command-"));
  writeFileSync(join(folder, "outputs.json"), JSON.stringify(OUTPUTS));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("bus console prints a link that works, and ends with Ctrl-C", async () => {
  const args = [BUS, "console", "--outputs", join(folder, "outputs.json")];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  let link = "";
  for await (const line of createInterface({ input: child.stdout })) {
    link = /http:\S+/.exec(line)?.[0] ?? link;
    if (line.includes("Ctrl-C")) break;
  }
  expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{40,}$/);
  expect((await openLink(link)).status).toBe(303);
  child.kill("SIGINT");
  expect(await ended).toEqual([130, null]);
});
