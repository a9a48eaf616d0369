/** What the suite runs on, and how each is started. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulators } from "../../local/emulators.ts";
import { freePort } from "../../local/free-port.ts";
import { openPortBook } from "../../local/port-book.ts";
import { DYNAMODB_LOCAL, installDynamoDbLocal, MINISTACK } from "../emulators/install-emulators.ts";
import { startServer } from "../emulators/server-process.ts";
import { startMiniStack } from "../emulators/start-ministack.ts";
import type { Services } from "./aws-under-test.ts";

export const ENDPOINT_NAMES = [
  "model",
  "fauxqs",
  "dynoxide",
  "ministack",
  "localstack",
  "dynamodb-local",
] as const;
export type EndpointName = (typeof ENDPOINT_NAMES)[number];

export type Running = { readonly url: string; readonly stop: () => Promise<void> };

export type Endpoint = {
  readonly title: string;
  readonly version: string;
  readonly services: Services;
  /** None for the models, which are no process. */
  readonly start?: (given: string | undefined) => Promise<Running>;
};

const require = createRequire(import.meta.url);

const installedVersion = (name: string): string => {
  // Not every package lets its package.json be required by name.
  const folders = require.resolve.paths(name) ?? [];
  for (const folder of folders) {
    try {
      return require(join(folder, name, "package.json")).version;
    } catch {}
  }
  return "not installed";
};

const NO_OTHERS = "http://127.0.0.1:9";

/** A folder that goes when the run does, also when that is cut short: emulators never outlive it. */
const makeDataDir = (): string => {
  const dataDir = mkdtempSync(join(tmpdir(), "contract-"));
  process.once("exit", () => rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 }));
  return dataDir;
};

/** As `npm start` runs it, in a folder of its own. */
const startEmbedded = async (wanted: "fauxqs" | "dynoxide"): Promise<Running> => {
  const dataDir = makeDataDir();
  const given =
    wanted === "fauxqs"
      ? { AWS_ENDPOINT_URL_DYNAMODB: NO_OTHERS }
      : { AWS_ENDPOINT_URL_SNS: NO_OTHERS, AWS_ENDPOINT_URL_SQS: NO_OTHERS };
  mkdirSync(join(dataDir, "logs"));
  const emulators = await startEmulators({ dataDir, given, ports: openPortBook(dataDir) });
  return { url: emulators.running[0]?.endpoint ?? "", stop: emulators.stop };
};

const running = (url: string): Running => ({ url, stop: async () => {} });

const startDynamoDbLocal = async (): Promise<Running> => {
  const { jars } = installDynamoDbLocal();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program = join(import.meta.dirname, "loopback-server.java");
  const options = ["-inMemory", "-disableTelemetry", "-port", `${port}`];
  const args = [`-Djava.library.path=${jars}`, "-cp", join(jars, "*"), program, ...options];
  const env = { PATH: process.env.PATH ?? "" };
  const stop = await startServer({ name: "DynamoDB Local", file: "java", args, env, url });
  return { url, stop };
};

const LOCALSTACK_HELP = `LocalStack 4.14.0 is not started from here. Start it, for example with
  docker run --rm -p 127.0.0.1:4566:4566 localstack/localstack:4.14.0
and give its address: npm run contract -- --on localstack --endpoint http://127.0.0.1:4566`;

const QUEUES = { queues: true, tables: false };
const TABLES = { queues: false, tables: true };

export const ENDPOINTS: Readonly<Record<EndpointName, Endpoint>> = {
  model: { title: "models", version: "", services: { queues: true, tables: true } },
  fauxqs: {
    ...{ title: "fauxqs", version: installedVersion("fauxqs"), services: QUEUES },
    start: async (given) => (given ? running(given) : startEmbedded("fauxqs")),
  },
  dynoxide: {
    title: "dynoxide",
    version: installedVersion(`@dynoxide/${process.platform}-${process.arch}`),
    services: TABLES,
    start: async (given) => (given ? running(given) : startEmbedded("dynoxide")),
  },
  ministack: {
    ...{ title: "MiniStack", version: MINISTACK, services: { queues: true, tables: true } },
    start: async (given) => (given ? running(given) : startMiniStack(makeDataDir())),
  },
  localstack: {
    // Its DynamoDB is DynamoDB Local, which has a column of its own.
    ...{ title: "LocalStack", version: "4.14.0", services: QUEUES },
    start: async (given) => {
      if (!given) throw new Error(LOCALSTACK_HELP);
      return running(given);
    },
  },
  "dynamodb-local": {
    ...{ title: "DynamoDB Local", version: DYNAMODB_LOCAL, services: TABLES },
    start: async (given) => (given ? running(given) : startDynamoDbLocal()),
  },
};
