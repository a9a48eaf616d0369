/** A hand-made cloud assembly: a URL, a queue and a stream, each with its probe function. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { Resource, Template } from "../../local/template.ts";

const PROBE = join(import.meta.dirname, "fixtures", "probe-function");
const NAME = "Small-test";

export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "bus-"));
  folders.push(folder);
  return folder;
};

const folders: string[] = [];
// Registered by the import, so it runs after the test file's own hooks have stopped what writes.
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const probe = (handler: string, probeFile: string, timeoutSeconds = 60): Resource => ({
  Type: "AWS::Lambda::Function",
  Properties: {
    FunctionName: `small-${handler}`,
    Code: { S3Bucket: "assets", S3Key: "probe.zip" },
    Handler: `index.${handler}`,
    Runtime: "nodejs24.x",
    Timeout: timeoutSeconds,
    Environment: { Variables: { PROBE_FILE: probeFile, QUEUE: { Ref: "Queue" } } },
  },
});

const arn = (id: string) => ({ "Fn::GetAtt": [id, "Arn"] });
const fifo = { FifoQueue: true, ContentBasedDeduplication: true };

export const smallTemplate = (probeFile = ""): Template => ({
  Resources: {
    Mapping: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: {
        FunctionName: { Ref: "Consume" },
        EventSourceArn: arn("Queue"),
        BatchSize: 10,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
      },
    },
    Stream: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: {
        FunctionName: { Ref: "Relay" },
        EventSourceArn: { "Fn::GetAtt": ["Table", "StreamArn"] },
        StartingPosition: "TRIM_HORIZON",
      },
    },
    Call: probe("call", probeFile),
    // One of its messages outlasts that.
    Consume: probe("consume", probeFile, 2),
    Relay: probe("relay", probeFile),
    Url: {
      Type: "AWS::Lambda::Url",
      Properties: { AuthType: "AWS_IAM", TargetFunctionArn: arn("Call") },
    },
    Topic: {
      Type: "AWS::SNS::Topic",
      Properties: { FifoTopic: true, ContentBasedDeduplication: true },
    },
    Subscription: {
      Type: "AWS::SNS::Subscription",
      Properties: {
        ...{ TopicArn: { Ref: "Topic" }, Protocol: "sqs", Endpoint: arn("Queue") },
        RawMessageDelivery: true,
      },
    },
    Queue: {
      Type: "AWS::SQS::Queue",
      Properties: {
        ...fifo,
        VisibilityTimeout: 1,
        RedrivePolicy: { deadLetterTargetArn: arn("Dead"), maxReceiveCount: 3 },
      },
    },
    Dead: { Type: "AWS::SQS::Queue", Properties: fifo },
    Table: {
      Type: "AWS::DynamoDB::Table",
      Properties: {
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        StreamSpecification: { StreamViewType: "NEW_AND_OLD_IMAGES" },
      },
    },
  },
  Outputs: {
    ApiUrl: { Value: { "Fn::GetAtt": ["Url", "FunctionUrl"] } },
    TopicArn: { Value: { Ref: "Topic" } },
    TableName: { Value: { Ref: "Table" } },
    QueueUrl: { Value: { Ref: "Queue" } },
    DeadUrl: { Value: { Ref: "Dead" } },
    MappingId: { Value: { Ref: "Mapping" } },
  },
});

/** Writes what `cdk synth` would have written, and returns the folder. */
export const writeAssembly = (template: Template): string => {
  const folder = temporaryFolder();
  const file = (name: string, content: object) =>
    writeFileSync(join(folder, name), JSON.stringify(content));
  mkdirSync(join(folder, "asset.probe"));
  cpSync(PROBE, join(folder, "asset.probe"), { recursive: true });
  file(`${NAME}.template.json`, template);
  file("assets.json", {
    files: {
      probe: { source: { path: "asset.probe" }, destinations: { one: { objectKey: "probe.zip" } } },
    },
  });
  file("manifest.json", {
    artifacts: {
      [NAME]: {
        type: "aws:cloudformation:stack",
        properties: { templateFile: `${NAME}.template.json` },
      },
      Assets: { type: "cdk:asset-manifest", properties: { file: "assets.json" } },
    },
  });
  return folder;
};
