/** DynamoDB as dynoxide plays it: a process of its own on a free port, nothing kept on disk. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { freePort } from "../../local/free-port.ts";
import { NoServerError, startServer } from "./server-process.ts";

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

const startOn = async (port: number) => {
  const args = ["serve", "--host", "127.0.0.1", "--port", String(port)];
  const endpoint = `http://127.0.0.1:${port}`;
  const [url, saysReady] = [`${endpoint}/health`, "listening on"];
  return {
    endpoint,
    end: await startServer({ name: "dynoxide", file, args, env: {}, url, saysReady }),
  };
};

/** It cannot choose a port itself, and one that was free may be taken before it is up. */
const startOnFreePort = async (port?: number): ReturnType<typeof startOn> => {
  try {
    return await startOn(port ?? (await freePort()));
  } catch (error) {
    if (error instanceof NoServerError && error.output.includes("already in use"))
      return startOnFreePort();
    throw error;
  }
};

/** `firstPort` is tried first, any free one after it. */
export const startDynoxide = async (firstPort?: number): Promise<Dynoxide> => {
  const { endpoint, end } = await startOnFreePort(firstPort);
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
