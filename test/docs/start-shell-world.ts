/**
 * A stage `prod` on the embedded bus, and a shell before it as an operator has one: the real AWS CLI,
 * `bus` on the path, and the endpoints in the environment. CloudFormation, which no emulator here
 * has, is played as far as the stack's outputs.
 */
import { execFile, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, dirname, join } from "node:path";
import { REGION } from "../../local/aws-clients.ts";
import { outputsPath } from "../../local/outputs-file.ts";
import { installAwsCli } from "../emulators/install-emulators.ts";
import { startBus, type TestBus } from "../end-to-end/start-bus.ts";
import { names } from "./operations-page.ts";

const BUS = join(import.meta.dirname, "../../cli/bus.ts");
export const STACK = "OrderEventBus-prod";

const hasPython = () =>
  spawnSync("python3", ["-c", "import venv, ensurepip"], { stdio: "ignore" }).status === 0;

/** The AWS CLI's folder; none where it cannot be installed, since no test may need the network. */
const findAwsCli = (): string | undefined => {
  if (!hasPython()) return undefined;
  try {
    return installAwsCli();
  } catch (error) {
    console.warn(`The AWS CLI is not there, so what the pages type is not tried:\n${error}`);
    return undefined;
  }
};
const awsCli = findAwsCli();
export const hasAwsCli = awsCli !== undefined;

const escapeXml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const describeStacks = (outputs: Readonly<Record<string, string>>): string => {
  const members = Object.entries(outputs).map(
    ([key, value]) =>
      `<member><OutputKey>${key}</OutputKey><OutputValue>${escapeXml(value)}</OutputValue></member>`,
  );
  return `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member><StackName>${STACK}</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${members.join("")}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
};

const startCloudFormation = async (outputs: Readonly<Record<string, string>>) => {
  const server = createServer((incoming, response) => {
    incoming.resume().on("end", () => {
      response.writeHead(200, { "content-type": "text/xml" }).end(describeStacks(outputs));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { server, url: `http://127.0.0.1:${port}` };
};

export type Answer = { readonly code: number; readonly output: string };

export type ShellWorld = TestBus & {
  /** Types it, after the page's names. */
  readonly type: (text: string) => Promise<Answer>;
};

/**
 * The AWS CLI's version 1, which is the one that PyPI has, goes to an old host of SQS's in some
 * Regions, whatever the environment says. So SQS's endpoint is given to it as an option.
 */
const awsProgram = (folder: string): string => `#!/bin/sh
if [ "$1" = sqs ]; then set -- "$@" --endpoint-url "$AWS_ENDPOINT_URL_SQS"; fi
exec "${join(folder, "aws")}" "$@"
`;

const busProgram = `#!/bin/sh
exec "${process.execPath}" "${BUS}" "$@"
`;

const writePrograms = (folder: string): void => {
  mkdirSync(folder);
  const programs = { bus: busProgram, ...(awsCli && { aws: awsProgram(awsCli) }) };
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }
};

export const startShellWorld = async (
  settings: Parameters<typeof startBus>[0],
  options: NonNullable<Parameters<typeof startBus>[1]> = {},
): Promise<ShellWorld> => {
  const world = await startBus({ ...settings, alarmEmail: "none" }, { ...options, stage: "prod" });
  const { endpoints, ...stacks } = JSON.parse(readFileSync(outputsPath(world.dataDir), "utf8"));
  const { server, url } = await startCloudFormation(stacks[STACK]);
  const programs = join(world.dataDir, "programs");
  writePrograms(programs);
  const path = [programs, dirname(process.execPath), process.env.PATH ?? ""];
  const env = {
    ...endpoints,
    ...{ PATH: path.join(delimiter), HOME: world.dataDir },
    ...{
      AWS_ENDPOINT_URL_CLOUDFORMATION: url,
      AWS_DEFAULT_REGION: REGION,
      AWS_REGION: REGION,
      AWS_PAGER: "",
    },
    ...{ AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" },
  };
  const type = (text: string) =>
    new Promise<Answer>((resolve) => {
      const script = `set -euo pipefail\n${text.startsWith("bus ") ? "" : names}\n${text}`;
      execFile("bash", ["-c", script], { env, timeout: 120_000 }, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
        resolve({ code, output: `${stdout}${stderr}` });
      });
    });
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await world.stop();
  };
  return { ...world, type, stop };
};
