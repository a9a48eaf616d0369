import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  ChangeMessageVisibilityCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { afterEach, expect, test } from "vitest";
import { createAwsClients, type Endpoints } from "../../local/aws-clients.ts";
import { processStartTime } from "../../local/process-tree.ts";
import { until } from "../emulators/until.ts";
import { readNotes } from "./probe-notes.ts";
import { smallTemplate, temporaryFolder, writeAssembly } from "./small-stack.ts";

type Started = {
  readonly outputs: Readonly<Record<string, string>>;
  readonly endpoints: Endpoints;
  readonly pids: readonly number[];
};

let runtime: ChildProcess | undefined;
const pids: number[] = [];

const start = async (dataDir: string, assembly: string): Promise<Started> => {
  const program = join(import.meta.dirname, "fixtures", "run-bus.ts");
  runtime = fork(program, [dataDir, assembly], { execArgv: [] });
  const ended = once(runtime, "exit").then(([code]) => {
    throw new Error(`the runtime ended at its start with ${code}`);
  });
  const [message] = (await Promise.race([once(runtime, "message"), ended])) as [Started];
  pids.push(...message.pids);
  return message;
};

/** SIGKILL; nothing in the process gets to run again. */
const kill = async () => {
  if (!runtime) return;
  const gone = once(runtime, "exit");
  runtime.kill("SIGKILL");
  await gone;
  runtime = undefined;
};
const living = (some: readonly number[]) => some.filter((pid) => processStartTime(pid));
afterEach(async () => {
  await kill();
  // They die a moment later, and might write into a folder that is being removed.
  await until("all processes are gone", () => living(pids).length === 0);
});

const checkpoints = (dataDir: string) =>
  readdirSync(join(dataDir, "checkpoints")).filter((name) => name.endsWith(".json"));

const paused = (probeFile: string) => {
  const template = smallTemplate(probeFile);
  const { Mapping, ...others } = template.Resources;
  const Properties = { ...Mapping?.Properties, Enabled: false };
  const Resources = { ...others, Mapping: { Type: Mapping?.Type ?? "", Properties } };
  return writeAssembly({ ...template, Resources });
};

test("after a SIGKILL of the runtime no process stays, and a new start goes on", async () => {
  const dataDir = temporaryFolder();
  const probeFile = join(dataDir, "probe.ndjson");
  const keys = () => readNotes(probeFile).flatMap(({ key = [] }) => key);

  const first = await start(dataDir, paused(probeFile));
  const clients = createAwsClients(first.endpoints);
  const { TableName, QueueUrl } = first.outputs;
  const put = (id: string) =>
    clients.dynamodb.send(new PutItemCommand({ TableName, Item: { id: { S: id } } }));
  await put("before");
  await until("the first change is handled", keys, (seen) => seen.includes("before"));
  await until("its checkpoint is on disk", () => checkpoints(dataDir).length);
  await clients.sqs.send(
    new SendMessageCommand({ QueueUrl, MessageBody: "kept", MessageGroupId: "g" }),
  );
  expect(living(first.pids)).toHaveLength(first.pids.length);
  await kill();
  await until(
    "no process is left",
    () => living(first.pids),
    (left) => left.length === 0,
  );

  const second = await start(dataDir, writeAssembly(smallTemplate(probeFile)));
  expect(second.outputs).toEqual(first.outputs);
  await put("after");
  await until("the second change is handled", keys, (seen) => seen.includes("after"));
  await until("the kept message is handled", () =>
    readNotes(probeFile).some(({ body }) => body === "kept"),
  );
  // Behind its checkpoint, so the first change is not handled again.
  expect(keys()).toEqual(["before", "after"]);
  clients.destroy();
});

test("a message made visible again survives a SIGKILL with its receive count", async () => {
  const dataDir = temporaryFolder();
  const assembly = paused(join(dataDir, "probe.ndjson"));
  const first = await start(dataDir, assembly);
  const { QueueUrl } = first.outputs;
  const { sqs } = createAwsClients(first.endpoints);
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x", MessageGroupId: "g" }));
  const receive = async () => {
    const command = { QueueUrl, MessageSystemAttributeNames: ["All" as const] };
    return (await sqs.send(new ReceiveMessageCommand(command))).Messages?.[0];
  };
  const ReceiptHandle = (await receive())?.ReceiptHandle;
  await sqs.send(
    new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
  );
  await kill();
  await start(dataDir, assembly);
  expect((await receive())?.Attributes?.ApproximateReceiveCount).toBe("2");
  sqs.destroy();
});
