/**
 * A copy of the application in a folder of its own, to be changed as a user would change it, and
 * deployed with plain `cdk`. All that any of it writes is in that folder, too.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { startGuarded } from "../../local/guarded-process.ts";

const PROJECT = join(import.meta.dirname, "../..");
const COPIED = [
  ...["bin", "cli", "examples", "lambdas", "lib"],
  ...["cdk.json", "package.json", "package-lock.json"],
];
const KEPT_OUTPUT = 20_000;
const SHOWN_LINES = 25;

/**
 * MiniStack ends a function's process at an update, on AWS what runs may finish. What it held comes
 * back after six times this timeout.
 */
const SETTINGS = { timeoutSeconds: 10, outageFloorSeconds: 3_600 };

export type Workspace = {
  readonly folder: string;
  /** Runs a program of Node's there, and answers what it printed; rejects when it fails. */
  readonly run: (...args: readonly string[]) => Promise<string>;
  /** Without composite and metric-math alarms, which MiniStack refuses. */
  readonly cdk: (...args: readonly string[]) => Promise<string>;
  /** The dev stage as the copy has it now. */
  readonly deploy: () => Promise<string>;
  /** Rejects when the copy and the deployed dev stage differ. */
  readonly diff: () => Promise<string>;
  /** Replaces a text that must be in the file once. */
  readonly edit: (file: string, from: string, to: string) => void;
  readonly read: (file: string) => string;
  readonly write: (file: string, text: string) => void;
};

/** Nothing of the machine's own settings: whoever runs this may have an account of AWS in them. */
const environment = (folder: string, endpoint: string): Record<string, string> => ({
  PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
  ...{ HOME: folder, TMPDIR: join(folder, "tmp"), CI: "1" },
  ...{ CDK_NOTICES: "false", CDK_DISABLE_CLI_TELEMETRY: "true" },
  ...awsEnvironment(endpoint),
});

export const awsEnvironment = (endpoint: string): Record<string, string> => ({
  AWS_ENDPOINT_URL: endpoint,
  ...{ AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_REGION: "us-east-1" },
  AWS_EC2_METADATA_DISABLED: "true",
});

export const makeFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "order-event-bus-deploy-"));
  mkdirSync(join(folder, "tmp"));
  return folder;
};

const runNode = async (folder: string, env: Record<string, string>, args: readonly string[]) => {
  const cwd = join(folder, "app");
  const child = await startGuarded({ file: process.execPath, args, env, cwd, ipc: false });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output = (output + chunk).slice(-KEPT_OUTPUT);
    });
  }
  const code = await child.exited;
  if (code === 0) return output;
  const end = output.trim().split("\n").slice(-SHOWN_LINES).join("\n");
  throw new Error(`${args.slice(0, 4).join(" ")} ended with ${code}:\n${end}`);
};

export const makeWorkspace = (folder: string, endpoint: string): Workspace => {
  const app = join(folder, "app");
  mkdirSync(app);
  for (const name of COPIED) cpSync(join(PROJECT, name), join(app, name), { recursive: true });
  symlinkSync(join(PROJECT, "node_modules"), join(app, "node_modules"));
  const env = environment(folder, endpoint);
  const run = (...args: readonly string[]) => runNode(folder, env, args);
  const read = (file: string) => readFileSync(join(app, file), "utf8");
  const write = (file: string, text: string) => writeFileSync(join(app, file), text);
  const cdk: Workspace["cdk"] = (...args) =>
    run("node_modules/aws-cdk/bin/cdk", ...args, "-c", "combinedAlarms=off");
  const context = ["-c", `settings=${JSON.stringify(SETTINGS)}`];
  return {
    ...{ folder, run, cdk, read, write },
    deploy: () => cdk("deploy", "--require-approval", "never", ...context),
    diff: () => cdk("diff", "--fail", ...context),
    edit: (file, from, to) => {
      const before = read(file);
      const times = before.split(from).length - 1;
      if (times !== 1) throw new Error(`${file} has ${times} times ${JSON.stringify(from)}, not 1`);
      write(file, before.replace(from, to));
    },
  };
};
