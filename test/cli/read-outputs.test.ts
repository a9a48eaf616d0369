import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { readOutputs } from "../../cli/read-outputs.ts";
import { CONSUMERS } from "./make-stage.ts";
import { startStubApi } from "./start-stub-api.ts";

const OUTPUTS = {
  ApiUrl: "http://127.0.0.1:4000/",
  ApiFunction: "api",
  OrdersTable: "orders",
  DedupTable: "dedup",
  TopicArn: "arn:aws:sns:eu-west-1:000000000000:topic.fifo",
  Consumers: JSON.stringify(CONSUMERS),
};

describe("a file of outputs", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "outputs-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const write = (content: unknown): string => {
    const file = join(folder, "outputs.json");
    writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
    return file;
  };
  const read = (content: unknown, stage?: string) =>
    readOutputs({ outputsFile: write(content), ...(stage === undefined ? {} : { stage }) });

  it("gives the one stack in it, whatever its stage", async () => {
    const found = await read({ "OrderEventBus-shop": OUTPUTS, SomeOtherStack: {} });
    expect(found).toEqual({
      ...OUTPUTS,
      stackName: "OrderEventBus-shop",
      Consumers: CONSUMERS,
    });
  });

  it("gives the endpoints of a bus that is not on AWS", async () => {
    const endpoints = { AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:8000" };
    const found = await read({ "OrderEventBus-dev": OUTPUTS, endpoints });
    expect(found.endpoints).toEqual(endpoints);
  });

  it("chooses among several by the stage, dev if none is named", async () => {
    const content = {
      "OrderEventBus-shop": { ...OUTPUTS, OrdersTable: "shop" },
      "OrderEventBus-dev": OUTPUTS,
    };
    expect((await read(content)).OrdersTable).toBe("orders");
    expect((await read(content, "shop")).OrdersTable).toBe("shop");
  });

  it.each([
    ["a missing stack", { Other: {} }, /has no OrderEventBus-dev; it has no stack of this/],
    [
      "a missing output",
      { "OrderEventBus-dev": { ...OUTPUTS, DedupTable: undefined } },
      /OrderEventBus-dev in .*: DedupTable is missing. Deploy this version/,
    ],
    [
      "consumers that are no list",
      { "OrderEventBus-dev": { ...OUTPUTS, Consumers: "inventory" } },
      /Consumers is .*, not a JSON list/,
    ],
    [
      "a consumer without its queue",
      { "OrderEventBus-dev": { ...OUTPUTS, Consumers: '[{"name":"inventory"}]' } },
      /Consumers\.0\.queueUrl is missing/,
    ],
    ["no JSON", "{", /is no JSON object; write it with cdk deploy again/],
  ])("is refused for %s", async (_, content, message) => {
    await expect(read(content)).rejects.toThrow(message);
  });

  it("that is not there says how to write it", async () => {
    const reading = readOutputs({ outputsFile: join(folder, "none.json") });
    await expect(reading).rejects.toThrow(/none\.json \(ENOENT\); write it with cdk deploy/);
  });
});

const describeStacks = (members: string): string =>
  `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
     <DescribeStacksResult><Stacks><member><StackName>OrderEventBus-shop</StackName>
       <StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2025-03-14T09:00:00Z</CreationTime>
       <Outputs>${members}</Outputs></member></Stacks></DescribeStacksResult>
   </DescribeStacksResponse>`;

const ABSENT = `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
  <Error><Type>Sender</Type><Code>ValidationError</Code>
  <Message>Stack with id OrderEventBus-shop does not exist</Message></Error></ErrorResponse>`;

describe("a stage in CloudFormation", () => {
  afterEach(() => vi.unstubAllEnvs());

  const readFrom = async (status: number, body: string) => {
    const api = await startStubApi(() => ({
      status,
      body,
      headers: { "content-type": "text/xml" },
    }));
    vi.stubEnv("AWS_ENDPOINT_URL_CLOUDFORMATION", api.url);
    vi.stubEnv("AWS_REGION", "eu-west-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
    return readOutputs({ stage: "shop" }).finally(api.stop);
  };

  it("is found by its stack's name", async () => {
    const members = Object.entries(OUTPUTS).map(
      ([key, value]) =>
        `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
    );
    expect(await readFrom(200, describeStacks(members.join("")))).toMatchObject({
      ...{ stackName: "OrderEventBus-shop", OrdersTable: "orders", Consumers: CONSUMERS },
    });
  });

  it("that is not deployed says how to deploy it", async () => {
    await expect(readFrom(400, ABSENT)).rejects.toThrow(
      /cannot find the stack OrderEventBus-shop \(it does not exist\); deploy it with: cdk deploy -c stage=shop, or give .*--outputs FILE/,
    );
  });
});
