/** DynamoDB as dynoxide plays it: a process of its own on a free port, nothing kept on disk. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { freePort } from "../../local/free-port.ts";
import { startServer } from "./server-process.ts";

export type Dynoxide = {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  readonly stop: () => Promise<void>;
};

const BINARY = "node_modules/@dynoxide/linux-x64/dynoxide";
const file = join(import.meta.dirname, "../..", BINARY);

/** It comes for Linux x64 only; there it must be, or half of the proof would be skipped unseen. */
export const hasDynoxide = existsSync(file);
if (!hasDynoxide && process.platform === "linux" && process.arch === "x64") {
  throw new Error(`${BINARY} is missing: run npm ci again, with optional dependencies`);
}

const credentials = { accessKeyId: "test", secretAccessKey: "test" };

export const startDynoxide = async (): Promise<Dynoxide> => {
  const port = await freePort();
  const args = ["serve", "--host", "127.0.0.1", "--port", String(port)];
  const endpoint = `http://127.0.0.1:${port}`;
  const url = `${endpoint}/health`;
  const end = await startServer({ name: "dynoxide", file, args, env: {}, url });
  const client = new DynamoDBClient({ endpoint, region: "eu-west-1", credentials, maxAttempts: 1 });
  return {
    endpoint,
    client,
    stop: async () => {
      client.destroy();
      await end();
    },
  };
};
