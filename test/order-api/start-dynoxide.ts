import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";

const BINARY = "node_modules/@dynoxide/linux-x64/dynoxide";

/** It comes for Linux x64 only; there it must be, or half of the proof would be skipped unseen. */
export const hasDynoxide = existsSync(BINARY);
if (!hasDynoxide && process.platform === "linux" && process.arch === "x64") {
  throw new Error(`${BINARY} is missing: run npm ci again, with optional dependencies`);
}

const freePort = () =>
  new Promise<number>((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });

/** DynamoDB in a process of its own, its tables in memory. */
export const startDynoxide = async () => {
  const port = await freePort();
  const args = ["serve", "--host", "127.0.0.1", "--port", String(port)];
  const child = spawn(BINARY, args, { stdio: "ignore" });
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: "eu-west-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  for (let tries = 1; ; tries++) {
    try {
      await client.send(new ListTablesCommand({}));
      break;
    } catch (error) {
      if (tries === 50) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const stop = () => {
    client.destroy();
    return new Promise<void>((resolve) => {
      child.once("exit", () => resolve());
      child.kill();
    });
  };
  return { client, stop };
};
