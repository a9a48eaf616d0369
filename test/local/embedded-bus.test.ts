import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  GetEventSourceMappingCommand,
  LambdaClient,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import { PublishCommand } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type AwsClients,
  createAwsClients,
  LOCAL_CREDENTIALS,
  REGION,
} from "../../local/aws-clients.ts";
import { type EmbeddedBus, startEmbeddedBus } from "../../local/embedded-bus.ts";
import { until } from "../emulators/until.ts";
import { readNotes } from "./probe-notes.ts";
import { smallTemplate, temporaryFolder, writeAssembly } from "./small-stack.ts";

const dataDir = temporaryFolder();
const probeFile = join(dataDir, "probe.ndjson");
const assembly = writeAssembly(smallTemplate(probeFile));

let bus: EmbeddedBus;
let clients: AwsClients;
const output = (name: string) => bus.outputs[name] ?? "";

beforeAll(async () => {
  bus = await startEmbeddedBus({ dataDir, assembly });
  clients = createAwsClients(bus.endpoints);
});
afterAll(async () => {
  clients.destroy();
  await bus.stop();
});

const publish = (body: string, group = body) =>
  clients.sns.send(
    new PublishCommand({ TopicArn: output("TopicArn"), Message: body, MessageGroupId: group }),
  );

const receivesOf = (body: string) =>
  readNotes(probeFile)
    .filter((note) => note.body === body)
    .map((note) => note.receives);

const depth = async (url: string) => {
  const { Attributes = {} } = await clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] }),
  );
  const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = Attributes;
  return Number(ApproximateNumberOfMessages) + Number(ApproximateNumberOfMessagesNotVisible);
};

const isEmpty = () =>
  until(
    "the queue is empty",
    () => depth(output("QueueUrl")),
    (messages) => messages === 0,
  );

test("a published message reaches the function in the shape of Lambda's, and is deleted", async () => {
  await publish("plain");
  await until("the message is handled", () => receivesOf("plain").length);
  await isEmpty();
  const record = readNotes(probeFile).find(({ body }) => body === "plain")?.record;
  expect(record).toMatchObject({
    messageId: expect.any(String),
    receiptHandle: expect.any(String),
    eventSource: "aws:sqs",
    eventSourceARN: expect.stringContaining("Small-test-Queue.fifo"),
    awsRegion: "us-east-1",
    attributes: { ApproximateReceiveCount: "1", MessageGroupId: "plain" },
  });
  expect(record?.attributes).toHaveProperty("SentTimestamp");
});

test.each([
  ["is reported as failed", "fail"],
  ["makes the function throw", "throw"],
  ["kills the function", "crash"],
  ["outlasts the function's timeout", "spin"],
])("a message that %s comes back after its visibility timeout", async (_, body) => {
  await publish(body);
  await until(
    "the message is handled twice",
    () => receivesOf(body),
    (receives) => receives.length >= 2,
  );
  await isEmpty();
  expect(receivesOf(body).slice(0, 2)).toEqual([1, 2]);
});

test("a paused mapping leaves its messages in the queue until it is resumed", async () => {
  await bus.pauseMapping(output("MappingId"));
  await publish("later");
  await until(
    "the queue has the message",
    () => depth(output("QueueUrl")),
    (messages) => messages === 1,
  );
  expect(receivesOf("later")).toEqual([]);
  bus.resumeMapping(output("MappingId"));
  await isEmpty();
  expect(receivesOf("later")[0]).toBe(1);
});

test("changes of a table reach the stream's function in order", async () => {
  for (const id of ["a", "b", "c"])
    await clients.dynamodb.send(
      new PutItemCommand({ TableName: output("TableName"), Item: { id: { S: id } } }),
    );
  const keys = () => readNotes(probeFile).flatMap(({ key = [] }) => key);
  await until("three changes are handled", keys, (seen) => seen.length >= 3);
  expect(keys()).toEqual(["a", "b", "c"]);
  const record = readNotes(probeFile).find(({ key }) => key === "a")?.record;
  expect(record).toMatchObject({
    eventName: "INSERT",
    eventSource: "aws:dynamodb",
    dynamodb: { Keys: { id: { S: "a" } }, NewImage: { id: { S: "a" } } },
  });
});

test("the function behind the URL answers, and knows the emulators", async () => {
  const reply = await fetch(`${bus.apiUrl}hello`);
  expect([reply.status, reply.headers.get("x-probe")]).toEqual([201, "yes"]);
  const { environment } = (await reply.json()) as { environment: Record<string, string> };
  // What the runtime answers itself is for tools.
  const {
    AWS_ENDPOINT_URL_LAMBDA: _,
    AWS_ENDPOINT_URL_CLOUDWATCH: __,
    ...emulators
  } = bus.endpoints;
  expect(environment).toMatchObject({ ...emulators, AWS_LAMBDA_FUNCTION_NAME: "small-call" });
  expect(environment).not.toHaveProperty("HOME");
});

test("a mapping that an operator paused stays paused over a restart, until told otherwise", async () => {
  const own = { dataDir: temporaryFolder(), assembly };
  const on = async <T>(run: (lambda: LambdaClient, UUID: string) => Promise<T>): Promise<T> => {
    const started = await startEmbeddedBus(own);
    const lambda = new LambdaClient({
      ...{ endpoint: started.endpoints.AWS_ENDPOINT_URL_LAMBDA, region: REGION },
      credentials: LOCAL_CREDENTIALS,
    });
    try {
      return await run(lambda, started.outputs.MappingId ?? "");
    } finally {
      lambda.destroy();
      await started.stop();
    }
  };
  const stateAfter = (Enabled?: boolean) =>
    on(async (lambda, UUID) => {
      if (Enabled !== undefined) {
        await lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
      }
      const look = async () =>
        (await lambda.send(new GetEventSourceMappingCommand({ UUID }))).State;
      return until("the mapping is at rest", look, (state) => state !== "Disabling");
    });
  expect(await stateAfter()).toBe("Enabled");
  expect(await stateAfter(false)).toBe("Disabled");
  expect(await stateAfter()).toBe("Disabled");
  expect(await stateAfter(true)).toBe("Enabled");
  expect(await stateAfter()).toBe("Enabled");
});

test("outputs.json has the stack's outputs and the endpoints", () => {
  const content = JSON.parse(readFileSync(join(dataDir, "outputs.json"), "utf8"));
  expect(content).toEqual({ "Small-test": bus.outputs, endpoints: bus.endpoints });
  expect(bus.outputs.ApiUrl).toBe(bus.apiUrl);
});

test("a second runtime on the same folder is refused", async () => {
  const second = startEmbeddedBus({ dataDir, assembly });
  await expect(second).rejects.toThrow(`is in use by the bus of process ${process.pid}`);
});

test("a port that is in use is named, with the fix", async () => {
  const port = Number(new URL(bus.apiUrl).port);
  const second = startEmbeddedBus({ dataDir: temporaryFolder(), assembly, port });
  await expect(second).rejects.toThrow(`port ${port} of 127.0.0.1 is in use: choose another`);
});

test.each(["fauxqs", "dynoxide"])("a killed %s comes back with its data", async (name) => {
  await bus.pauseMapping(output("MappingId"));
  await publish(`over a kill of ${name}`);
  await bus.killEmulator(name);
  bus.resumeMapping(output("MappingId"));
  await until("the message is handled", () => receivesOf(`over a kill of ${name}`).length);
  await clients.dynamodb.send(
    new PutItemCommand({ TableName: output("TableName"), Item: { id: { S: name } } }),
  );
  await until("the change is handled", () =>
    readNotes(probeFile).some(({ key }) => key?.includes(name)),
  );
});

test("the emulators cannot be reached from another machine", async () => {
  for (const endpoint of Object.values(bus.endpoints)) {
    const { port } = new URL(endpoint);
    // Another address of this machine: in use as well if the emulator listened on all.
    const server = createServer().listen(Number(port), "127.0.0.2");
    await new Promise<void>((resolve, reject) => {
      server.once("listening", resolve).once("error", reject);
    });
    server.close();
  }
});
