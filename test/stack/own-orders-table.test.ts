import { App, Stack, type StackProps } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import {
  AttributeType,
  StreamViewType,
  Table,
  TableEncryption,
  type TableProps,
  TableV2,
} from "aws-cdk-lib/aws-dynamodb";
import { expect, it } from "vitest";
import { REGISTER } from "../../lib/consumer-register.ts";
import { OrderEventBus } from "../../lib/order-event-bus.ts";
import type { OrdersTable } from "../../lib/order-store.ts";
import { stageSettings } from "../../lib/stage-settings.ts";
import { at, type Resource, readTemplate } from "../../lib/template-reader.ts";
import { flatten, must, property, rightsOf, variable } from "./synthesize.ts";

const streamed = { stream: StreamViewType.NEW_AND_OLD_IMAGES };

const partitionKey = { name: "pk", type: AttributeType.STRING };

type Given = { readonly stage?: string; readonly overrides?: object; readonly stack?: StackProps };

const synthesizeOn = (
  makeTable: (stack: Stack, app: App) => OrdersTable,
  { stage = "dev", overrides = { admission: "off" }, stack: props = {} }: Given = {},
) => {
  const context = {
    ...{ "aws:cdk:bundling-stacks": [], "aws:cdk:enable-path-metadata": true },
    [REGISTER]: { fraud: "active" },
  };
  const app = new App({ context });
  const stack = new Stack(app, "OrderEventBus-own", props);
  const table = makeTable(stack, app);
  new OrderEventBus(stack, "Bus", {
    settings: stageSettings({ stage, overrides, alarmEmail: "none" }),
    ordersTable: { table, outboxAttribute: "outbox" },
  }).addConsumer("fraud", {});
  const json: unknown = Template.fromStack(stack).toJSON();
  return { json, ...readTemplate(json) };
};

const synthesizeWith = (props: Partial<TableProps>, given: Given = {}) =>
  synthesizeOn((stack) => new Table(stack, "Shop", { partitionKey, ...props }), given);

const relayOf = (template: ReturnType<typeof synthesizeWith>) => {
  const [mapping] = template
    .ofType("AWS::Lambda::EventSourceMapping")
    .filter((each) => property(each, "StartingPosition") === "TRIM_HORIZON");
  return { mapping, handler: must(template, property(mapping, "FunctionName")) };
};

const patrolOf = (template: ReturnType<typeof synthesizeWith>): Resource => {
  const [patrol] = template
    .ofType("AWS::Lambda::Function")
    .filter(({ path }) => path.includes("/Patrol/"));
  if (patrol === undefined) throw new Error("no patrol");
  return patrol;
};

it("a bus behind a table of the user's own reads its stream, told where an item's order is", () => {
  const template = synthesizeWith(streamed);
  const { mapping, handler } = relayOf(template);
  const shop = must(template, property(mapping, "EventSourceArn"));
  expect(shop.path).toBe("OrderEventBus-own/Shop/Resource");
  expect(variable(handler, "OUTBOX_ATTRIBUTE")).toBe("outbox");
  const onShop = rightsOf(template, handler).filter((right) => right.includes(`<${shop.id}>`));
  expect(onShop.map((right) => right.split(" ")[0])).toEqual([
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
  ]);
});

it("it has no order API and no orders table, and the tools find the rest by the same outputs", () => {
  const template = synthesizeWith(streamed);
  expect(template.ofType("AWS::Lambda::Url")).toEqual([]);
  const outputs = at(template.json, "Outputs") as Record<string, { Value: unknown }>;
  expect(Object.keys(outputs).toSorted()).toEqual([
    "BackoffCapSeconds",
    "Consumers",
    "DedupTable",
    "OrdersTable",
    "OutboxAttribute",
    "ParkingQueueUrl",
    "RelayFunction",
    "RelayMappingId",
    "RetainDays",
    "TopicArn",
  ]);
  const [shop] = template
    .ofType("AWS::DynamoDB::Table")
    .filter(({ path }) => path.includes("/Shop/"));
  expect(flatten(outputs.OrdersTable?.Value)).toBe(`<${shop?.id}>`);
});

it("the patrol scans it, told where an item's order is", () => {
  const template = synthesizeWith(streamed);
  const patrol = patrolOf(template);
  const shop = must(template, variable(patrol, "ORDERS_TABLE"));
  expect(shop.path).toBe("OrderEventBus-own/Shop/Resource");
  expect(variable(patrol, "OUTBOX_ATTRIBUTE")).toBe("outbox");
  expect(rightsOf(template, patrol)).toContain(`dynamodb:Scan <${shop.id}>`);
});

it("a table under a key of the user's own may be decrypted by its two readers, and by no other", () => {
  const encryption = TableEncryption.CUSTOMER_MANAGED;
  const template = synthesizeWith({ ...streamed, encryption });
  const mayDecrypt = template
    .ofType("AWS::Lambda::Function")
    .filter((handler) => rightsOf(template, handler).some((r) => r.startsWith("kms:Decrypt")));
  expect(mayDecrypt.map(({ id }) => id).toSorted()).toEqual(
    [relayOf(template).handler.id, patrolOf(template).id].toSorted(),
  );
});

it("a table without a stream is refused, with the fix", () => {
  expect(() => synthesizeWith({})).toThrow("allowed: NEW_AND_OLD_IMAGES");
});

it("a stream without both images is refused at synth", () => {
  expect(() => synthesizeWith({ stream: StreamViewType.NEW_IMAGE })).toThrow(/NEW_AND_OLD_IMAGES/);
});

it.each([
  [StreamViewType.KEYS_ONLY, /stream is KEYS_ONLY; allowed: NEW_AND_OLD_IMAGES/],
  [undefined, /stream is undefined; allowed: NEW_AND_OLD_IMAGES/],
])("so is it of a TableV2, whose view is %s", (view, words) => {
  const dynamoStream = view === undefined ? {} : { dynamoStream: view };
  const synthesis = () =>
    synthesizeOn((stack) => new TableV2(stack, "Shop", { partitionKey, ...dynamoStream }));
  expect(synthesis).toThrow(words);
});

it("a TableV2 with both images will do", () => {
  const dynamoStream = StreamViewType.NEW_AND_OLD_IMAGES;
  const template = synthesizeOn(
    (stack) => new TableV2(stack, "Shop", { partitionKey, dynamoStream }),
  );
  expect(relayOf(template).mapping).toBeDefined();
});

it("so is it of a table in another stack, and the relay reads the stream there", () => {
  const inShop = (stream: StreamViewType) =>
    synthesizeOn((_stack, app) => new Table(new Stack(app, "Shop"), "T", { partitionKey, stream }));
  expect(() => inShop(StreamViewType.KEYS_ONLY)).toThrow(/^.*Shop\/T\/.* is KEYS_ONLY; allowed/m);
  const { mapping } = relayOf(inShop(StreamViewType.NEW_AND_OLD_IMAGES));
  expect(JSON.stringify(property(mapping, "EventSourceArn"))).toContain("Shop");
});

it("an imported table needs the ARN of its stream", () => {
  const tableArn = "arn:aws:dynamodb:eu-west-1:123456789012:table/shop";
  const imported = (tableStreamArn?: string) => () =>
    synthesizeOn((stack) =>
      Table.fromTableAttributes(stack, "Shop", {
        tableArn,
        ...(tableStreamArn === undefined ? {} : { tableStreamArn }),
      }),
    );
  expect(imported()).toThrow("import the table with its `tableStreamArn`");
  const streamArn = `${tableArn}/stream/2026-01-01T00:00:00.000`;
  expect(property(relayOf(imported(streamArn)()).mapping, "EventSourceArn")).toBe(streamArn);
});

it("a door that nobody would ask is refused: it is in the order API, which this bus has not", () => {
  const critical = { admission: { critical: ["fraud"] } };
  expect(() => synthesizeWith(streamed, { overrides: critical })).toThrow(
    "settings.admission is on, and nobody asks the door",
  );
});

it("a stage that keeps its data is refused in a stack that anybody may delete", () => {
  const keep = { stage: "prod" };
  expect(() => synthesizeWith(streamed, keep)).toThrow("has no termination protection");
  const stack = { terminationProtection: true };
  expect(() => synthesizeWith(streamed, { ...keep, stack })).not.toThrow();
});
