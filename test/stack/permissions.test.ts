import { describe, expect, it } from "vitest";
import { at, type Resource } from "../../lib/template-reader.ts";
import {
  consumersOf,
  deadLettersOf,
  flatten,
  mappingsFrom,
  must,
  property,
  rightsOf,
  subscriptionOf,
  synthesize,
  variable,
} from "./synthesize.ts";

const template = synthesize();

const logRights = (handler: Resource): string[] => {
  const group = must(template, property(handler, "LoggingConfig", "LogGroup")).id;
  return [`logs:CreateLogStream <${group}>`, `logs:PutLogEvents <${group}>`];
};

const on = (reference: unknown, ...actions: string[]): string[] =>
  actions.map((action) => `${action} ${flatten(reference)}`);

type Statement = { Effect: string; Action: unknown; Resource: unknown; Condition?: unknown };

/** The partition keys that each statement with an action ends at. */
const keysOf = (handler: Resource, action: string): unknown[] => {
  const role = must(template, property(handler, "Role")).id;
  return template
    .ofType("AWS::IAM::Policy")
    .filter((policy) => JSON.stringify(property(policy, "Roles")).includes(`"${role}"`))
    .flatMap((policy) => property(policy, "PolicyDocument", "Statement") as Statement[])
    .filter(({ Action }) => [Action].flat().includes(action))
    .map(({ Condition }) => at(Condition, "ForAllValues:StringEquals", "dynamodb:LeadingKeys"))
    .map((keys) => (keys === undefined ? undefined : [keys].flat()));
};

describe("least privilege", () => {
  it("allows no wildcard action and no wildcard resource anywhere", () => {
    const policies = ["AWS::IAM::Policy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"];
    const allowed = policies
      .flatMap(template.ofType)
      .flatMap((policy) => property(policy, "PolicyDocument", "Statement") as Statement[])
      .filter(({ Effect }) => Effect === "Allow");
    expect(allowed.length).toBeGreaterThan(0);
    for (const { Action, Resource } of allowed) {
      expect(JSON.stringify([Action, Resource])).not.toContain("*");
    }
  });

  it("gives a role nothing but its own policy", () => {
    for (const role of template.ofType("AWS::IAM::Role")) {
      expect(property(role, "ManagedPolicyArns"), role.path).toBeUndefined();
      expect(property(role, "Policies"), role.path).toBeUndefined();
    }
  });

  it("gives every function a role of its own", () => {
    const functions = template.ofType("AWS::Lambda::Function");
    const roles = functions.map((handler) => must(template, property(handler, "Role")).id);
    expect(new Set(roles).size).toBe(functions.length);
  });

  it.each(consumersOf(template))("lets $handler.path touch only what is its own", (consumer) => {
    const { handler, source } = consumer;
    const tables = JSON.parse(flatten(variable(handler, "DATA_TABLES"))) as Record<string, string>;
    const action = variable(handler, "CONSUMER") === "warehouse" ? "BatchWriteItem" : "UpdateItem";
    const queueActions = [
      "ChangeMessageVisibility",
      "DeleteMessage",
      "GetQueueAttributes",
      "ReceiveMessage",
    ];
    expect(rightsOf(template, handler)).toEqual(
      [
        ...logRights(handler),
        ...on(
          variable(handler, "DEDUP_TABLE"),
          "dynamodb:BatchGetItem",
          "dynamodb:GetItem",
          "dynamodb:PutItem",
        ),
        ...Object.values(tables).map((table) => `dynamodb:${action} ${table}`),
        ...queueActions.map((each) => `sqs:${each} <${source.id}>`),
      ].toSorted(),
    );
  });

  it("lets the relay read the stream, publish and park", () => {
    const [relay] = mappingsFrom(template, "AWS::DynamoDB::Table");
    const { handler, source } = relay!;
    const reading = ["DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"];
    expect(rightsOf(template, handler)).toEqual(
      [
        ...logRights(handler),
        ...reading.map((each) => `dynamodb:${each} <${source.id}>`),
        ...on(variable(handler, "TOPIC_ARN"), "sns:Publish"),
        ...on(variable(handler, "PARKING_QUEUE_URL"), "sqs:SendMessage"),
      ].toSorted(),
    );
  });

  it("lets the order API read and write single orders and read the door, behind IAM", () => {
    const [url] = template.ofType("AWS::Lambda::Url");
    expect(property(url, "AuthType")).toBe("AWS_IAM");
    const handler = must(template, property(url, "TargetFunctionArn"));
    const actions = ["dynamodb:GetItem", "dynamodb:UpdateItem"];
    expect(rightsOf(template, handler)).toEqual(
      [
        ...logRights(handler),
        ...on(variable(handler, "ORDERS_TABLE"), ...actions),
        ...on(variable(handler, "ADMISSION_TABLE"), "dynamodb:GetItem"),
      ].toSorted(),
    );
    expect(keysOf(handler, "dynamodb:GetItem")).toEqual([undefined, ["#admission"]]);
  });

  it("lets the admission door count messages and write its own item, and no more", () => {
    const handler = template
      .ofType("AWS::Lambda::Function")
      .find(({ path }) => path.includes("/Admission/"))!;
    const critical = consumersOf(template).filter((consumer) =>
      ["inventory", "warehouse"].includes(String(variable(consumer.handler, "CONSUMER"))),
    );
    const queues = critical.flatMap(({ source }) => [
      source,
      deadLettersOf(template, source),
      deadLettersOf(template, subscriptionOf(template, source)),
    ]);
    expect(queues).toHaveLength(6);
    expect(rightsOf(template, handler)).toEqual(
      [
        ...logRights(handler),
        ...on(variable(handler, "DEDUP_TABLE"), "dynamodb:GetItem", "dynamodb:PutItem"),
        ...queues.map(({ id }) => `sqs:GetQueueAttributes <${id}>`),
      ].toSorted(),
    );
    expect(keysOf(handler, "dynamodb:GetItem")).toEqual([["#admission", "#budget"]]);
    expect(keysOf(handler, "dynamodb:PutItem")).toEqual([["#admission"]]);
  });

  it("lets the patrol read orders and rows, count messages and write its own item", () => {
    const handler = template
      .ofType("AWS::Lambda::Function")
      .find(({ path }) => path.includes("/Patrol/"))!;
    const queues = consumersOf(template).flatMap(({ source }) => [
      source,
      deadLettersOf(template, source),
      deadLettersOf(template, subscriptionOf(template, source)),
    ]);
    const [relay] = mappingsFrom(template, "AWS::DynamoDB::Table");
    const parking = must(template, variable(relay!.handler, "PARKING_QUEUE_URL"));
    expect(rightsOf(template, handler)).toEqual(
      [
        ...logRights(handler),
        ...on(variable(handler, "ORDERS_TABLE"), "dynamodb:Scan"),
        ...on(
          variable(handler, "DEDUP_TABLE"),
          "dynamodb:BatchGetItem",
          "dynamodb:GetItem",
          "dynamodb:PutItem",
        ),
        ...[...queues, parking].map(({ id }) => `sqs:GetQueueAttributes <${id}>`),
      ].toSorted(),
    );
    expect(keysOf(handler, "dynamodb:GetItem")).toEqual([["#patrol"]]);
    expect(keysOf(handler, "dynamodb:PutItem")).toEqual([["#patrol"]]);
  });
});
