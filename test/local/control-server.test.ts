/** The embedded runtime's part of Lambda's API, called as tools call it: by the AWS SDK's client. */
import { request } from "node:http";
import { join } from "node:path";
import {
  GetEventSourceMappingCommand,
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import { afterEach, beforeEach, expect, test } from "vitest";
import { LOCAL_CREDENTIALS, REGION } from "../../local/aws-clients.ts";
import { type ControlServer, startControlServer } from "../../local/control-server.ts";
import { createEventSourceMapping } from "../../local/event-source-mapping.ts";
import { freePort } from "../../local/free-port.ts";
import type { MappingSettings } from "../../local/function-definition.ts";
import type { FunctionPool } from "../../local/function-pool.ts";
import type { InvocationResult } from "../../local/function-protocol.ts";
import { lambdaApi } from "../../local/lambda-api.ts";
import { openMappingOrders } from "../../local/mapping-orders.ts";
import { until } from "../emulators/until.ts";
import { temporaryFolder } from "./small-stack.ts";

let server: ControlServer;
let lambda: LambdaClient;
let answer: InvocationResult;
let seen: unknown;
/** Ends the batch that the mapping has in hand. */
let endBatch: () => void;

const pool: FunctionPool = {
  name: "consume",
  concurrency: 1,
  invoke: async (event) => {
    seen = event;
    return answer;
  },
  pids: () => [],
  kill: () => {},
  stop: async () => {},
};

const settings: MappingSettings = {
  ...{ id: "mapping", functionName: "consume", sourceArn: "arn:aws:sqs:r:0:q", batchSize: 7 },
  ...{ enabled: true, reportsItemFailures: true, bisects: false, maximumConcurrency: undefined },
};

beforeEach(async () => {
  const batch = new Promise<void>((resolve) => {
    endBatch = resolve;
  });
  const mapping = createEventSourceMapping({ ...settings, loops: [() => batch] });
  const orders = openMappingOrders(join(temporaryFolder(), "orders.json"));
  const pools = new Map([["consume", pool]]);
  const mappings = new Map([["mapping", mapping]]);
  server = await startControlServer({
    port: await freePort(),
    routes: [lambdaApi({ pools, mappings, settings: [settings], orders })],
  });
  lambda = new LambdaClient({
    ...{ endpoint: server.endpoint, region: REGION, credentials: LOCAL_CREDENTIALS },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  endBatch();
  lambda.destroy();
  await server.stop();
});

const look = () => lambda.send(new GetEventSourceMappingCommand({ UUID: "mapping" }));
const enable = (Enabled: boolean) =>
  lambda.send(new UpdateEventSourceMappingCommand({ UUID: "mapping", Enabled }));
const call = (event: object = {}, FunctionName = "consume") =>
  lambda.send(new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)) }));

test("a mapping tells its queue, its function and its state", async () => {
  expect(await look()).toMatchObject({
    ...{ UUID: "mapping", State: "Enabled", BatchSize: 7, EventSourceArn: settings.sourceArn },
    FunctionArn: expect.stringMatching(/:function:consume$/),
    FunctionResponseTypes: ["ReportBatchItemFailures"],
  });
});

test("mappings are listed by their source and by their function", async () => {
  const list = async (input: object) => {
    const { EventSourceMappings = [] } = await lambda.send(
      new ListEventSourceMappingsCommand(input),
    );
    return EventSourceMappings.map(({ UUID }) => UUID);
  };
  expect(await list({})).toEqual(["mapping"]);
  expect(await list({ EventSourceArn: settings.sourceArn })).toEqual(["mapping"]);
  expect(await list({ EventSourceArn: "arn:aws:sqs:r:0:other" })).toEqual([]);
  expect(await list({ FunctionName: "arn:aws:lambda:r:0:function:consume" })).toEqual(["mapping"]);
  expect(await list({ FunctionName: "other" })).toEqual([]);
});

test("a pause ends when the batch in hand has ended, and a resume begins at once", async () => {
  expect((await enable(false)).State).toBe("Disabling");
  expect((await look()).State).toBe("Disabling");
  endBatch();
  const state = async () => (await look()).State;
  await until("it is paused", state, (now) => now === "Disabled");
  expect((await enable(true)).State).toBe("Enabled");
});

test("a mapping that is not there, and a change that is not played, are refused", async () => {
  const other = lambda.send(new GetEventSourceMappingCommand({ UUID: "other" }));
  await expect(other).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  const batch = new UpdateEventSourceMappingCommand({ UUID: "mapping", BatchSize: 1 });
  await expect(lambda.send(batch)).rejects.toMatchObject({
    name: "InvalidParameterValueException",
  });
  expect((await look()).State).toBe("Enabled");
});

test("a function is called, by its name or its ARN, and its answer comes back", async () => {
  answer = { kind: "returned", payload: '{"batchItemFailures":[]}' };
  const answered = await call({ Records: [{ body: "ö" }] });
  expect(answered.Payload?.transformToString()).toBe('{"batchItemFailures":[]}');
  expect(answered.FunctionError).toBeUndefined();
  expect(seen).toEqual({ Records: [{ body: "ö" }] });
  await call({ by: "arn" }, "arn:aws:lambda:us-east-1:000000000000:function:consume");
  expect(seen).toEqual({ by: "arn" });
});

test("a function that fails answers its error, and one that is busy a throttle", async () => {
  answer = { kind: "failed", error: { errorType: "TypeError", errorMessage: "no" } };
  const failed = await call();
  expect(failed.FunctionError).toBe("Unhandled");
  expect(JSON.parse(failed.Payload?.transformToString() ?? "")).toEqual({
    ...{ errorType: "TypeError", errorMessage: "no" },
  });
  answer = { kind: "throttled" };
  await expect(call()).rejects.toMatchObject({ name: "TooManyRequestsException" });
});

test("a function that is not there, a call without an answer, and no JSON are refused", async () => {
  await expect(call({}, "other")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  const event = new InvokeCommand({ FunctionName: "consume", InvocationType: "Event" });
  await expect(lambda.send(event)).rejects.toMatchObject({
    name: "InvalidParameterValueException",
  });
  const text = new InvokeCommand({ FunctionName: "consume", Payload: Buffer.from("{") });
  await expect(lambda.send(text)).rejects.toMatchObject({ name: "InvalidRequestContentException" });
});

test("what is not played says so", async () => {
  const list = lambda.send(new ListFunctionsCommand({}));
  await expect(list).rejects.toMatchObject({
    ...{ name: "UnknownOperationException", message: expect.stringContaining("GET /2015-03-31/") },
  });
});

test.each([
  ["from a web page", { origin: "https://example.com" }],
  ["by another name of this machine", { host: "shop.example.com" }],
])("a call %s is refused", async (_, headers) => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const url = `${server.endpoint}/2015-03-31/event-source-mappings/mapping`;
    request(url, { headers }, (response) => resolve(response.resume().statusCode))
      .on("error", reject)
      .end();
  });
  expect(status).toBe(403);
});
