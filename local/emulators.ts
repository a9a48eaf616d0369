/**
 * The two emulators behind the embedded runtime: fauxqs for SNS and SQS, dynoxide for DynamoDB.
 * Either is left out when its endpoint is given.
 */
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Endpoints } from "./aws-clients.ts";
import { compileChildProgram } from "./child-program.ts";
import { type Emulator, startEmulator } from "./emulator.ts";
import { lastProcessGone } from "./last-process.ts";
import type { PortBook } from "./port-book.ts";

export type Emulators = {
  readonly endpoints: Endpoints;
  readonly running: readonly Emulator[];
  readonly stop: () => Promise<void>;
};

export type EmulatorOptions = {
  readonly dataDir: string;
  readonly given: Partial<Endpoints>;
  readonly ports: PortBook;
};

const dynoxideFile = (): string => {
  const { platform, arch } = process;
  try {
    return createRequire(import.meta.url).resolve(`@dynoxide/${platform}-${arch}/dynoxide`);
  } catch {
    throw new Error(
      `No DynamoDB: the emulator dynoxide is not installed for ${platform}-${arch} (npm has it for ` +
        "linux-x64 here; run `npm ci` there).\nStart any other DynamoDB, for example DynamoDB Local " +
        "with `docker run -p 8000:8000 amazon/dynamodb-local`,\nand set " +
        "AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000.",
    );
  }
};

const filesOf = (dataDir: string, name: string) => ({
  logFile: join(dataDir, "logs", `${name}.log`),
  processFile: join(dataDir, `${name}.process.json`),
});

const startFauxqs = async ({ dataDir, ports }: EmulatorOptions): Promise<Emulator> => {
  const files = filesOf(dataDir, "fauxqs");
  await lastProcessGone(files.processFile);
  const port = await ports.port("fauxqs");
  const program = compileChildProgram("fauxqs-server", dataDir);
  const distUrl = new URL(".", import.meta.resolve("fauxqs")).href;
  return startEmulator({
    name: "fauxqs",
    port,
    file: process.execPath,
    args: [
      "--disable-warning=ExperimentalWarning",
      program,
      distUrl,
      String(port),
      join(dataDir, "fauxqs"),
    ],
    ...files,
  });
};

const databaseOf = (dataDir: string): string => join(dataDir, "dynoxide.db");

const indexStreamRecords = async (dataDir: string): Promise<void> => {
  const program = compileChildProgram("index-stream-records", dataDir);
  const args = ["--disable-warning=ExperimentalWarning", program, databaseOf(dataDir)];
  await promisify(execFile)(process.execPath, args);
};

const startDynoxide = async ({ dataDir, ports }: EmulatorOptions): Promise<Emulator> => {
  const file = dynoxideFile();
  const files = filesOf(dataDir, "dynoxide");
  await lastProcessGone(files.processFile);
  const port = await ports.port("dynoxide");
  return startEmulator({
    name: "dynoxide",
    port,
    file,
    args: [
      "serve",
      "--host",
      "127.0.0.1",
      "--port",
      String(port),
      "--db-path",
      databaseOf(dataDir),
    ],
    ...files,
  });
};

export const startEmulators = async (options: EmulatorOptions): Promise<Emulators> => {
  const { given } = options;
  const needsFauxqs = !(given.AWS_ENDPOINT_URL_SNS && given.AWS_ENDPOINT_URL_SQS);
  const dynoxide = given.AWS_ENDPOINT_URL_DYNAMODB ? undefined : await startDynoxide(options);
  const fauxqs = needsFauxqs ? await startFauxqs(options) : undefined;
  const running = [dynoxide, fauxqs].filter((emulator) => emulator !== undefined);
  const stop = async () => {
    await Promise.all(running.map((emulator) => emulator.stop()));
  };
  try {
    await Promise.all(running.map((emulator) => emulator.ready()));
    if (dynoxide) await indexStreamRecords(options.dataDir);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    endpoints: {
      AWS_ENDPOINT_URL_DYNAMODB: given.AWS_ENDPOINT_URL_DYNAMODB ?? dynoxide?.endpoint ?? "",
      AWS_ENDPOINT_URL_SNS: given.AWS_ENDPOINT_URL_SNS ?? fauxqs?.endpoint ?? "",
      AWS_ENDPOINT_URL_SQS: given.AWS_ENDPOINT_URL_SQS ?? fauxqs?.endpoint ?? "",
    },
    running,
    stop,
  };
};
