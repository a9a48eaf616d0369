/** Who may do what to each queue, topic and table, computed from the template's policies. */
import { describe, expect, it } from "vitest";
import type { Resource } from "../../lib/template-reader.ts";
import {
  consumersOf,
  deadLettersOf,
  must,
  property,
  subscriptionOf,
  synthesize,
  variable,
} from "../stack/synthesize.ts";
import { type Attempt, type Caller, decide } from "./policy-evaluator.ts";

const template = synthesize();
const handlers = template.ofType("AWS::Lambda::Function");
const consumers = consumersOf(template).map(({ handler, source }) => {
  const subscription = subscriptionOf(template, source);
  const dead = deadLettersOf(template, source);
  const undelivered = deadLettersOf(template, subscription);
  return { handler, queue: source, subscription, dead, undelivered };
});
const topic = must(template, property(consumers[0]?.subscription, "TopicArn"));
const STRANGER: Caller = { kind: "stranger" };
const roleOf = (handler: Resource): Caller => ({ kind: "role of", handler });
const service = (name: string, source: Resource): Caller => ({
  kind: "service",
  name: `${name}.amazonaws.com`,
  source: source.id,
});
const callers: readonly (readonly [string, Caller])[] = [
  ["a stranger", STRANGER],
  ...handlers.map((handler) => [handler.path, roleOf(handler)] as const),
  ["SNS for the topic", service("sns", topic)],
  ...template
    .ofType("AWS::SNS::Topic")
    .filter(({ id }) => id !== topic.id)
    .map((other) => [`SNS for ${other.path}`, service("sns", other)] as const),
];

const decideOn = (action: string, on: Resource) => (caller: Caller) =>
  decide(template, { caller, action, on: on.id, transport: "TLS" } satisfies Attempt);
const whoMay = (action: string, on: Resource): string[] =>
  callers
    .filter(([, caller]) => decideOn(action, on)(caller) === "allowed")
    .map(([name]) => name)
    .toSorted();
const pathOf = (pattern: RegExp): string => {
  const [found, ...more] = handlers.filter(({ path }) => pattern.test(path));
  if (found === undefined || more.length > 0) throw new Error(`${pattern}: ${more.length + 1}`);
  return found.path;
};
const relay = pathOf(/\/Relay\//);
const api = pathOf(/\/Api\//);
const patrol = pathOf(/\/Patrol\//);
const named = (handler: Resource, name: string): Resource =>
  must(template, variable(handler, name));

describe("the queues of a consumer", () => {
  it.each(consumers)("$queue.path takes from SNS alone, and gives to its function alone", (own) => {
    expect(whoMay("sqs:SendMessage", own.queue)).toEqual(["SNS for the topic"]);
    for (const action of ["ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility"]) {
      expect(whoMay(`sqs:${action}`, own.queue)).toEqual([own.handler.path]);
    }
    for (const action of ["PurgeQueue", "SetQueueAttributes", "DeleteQueue", "AddPermission"]) {
      expect(whoMay(`sqs:${action}`, own.queue)).toEqual([]);
    }
  });

  it.each(consumers)(
    "$dead.path is filled by SQS alone: no role may send, take or delete",
    (own) => {
      for (const action of [
        "SendMessage",
        "ReceiveMessage",
        "DeleteMessage",
        "StartMessageMoveTask",
      ]) {
        expect(whoMay(`sqs:${action}`, own.dead)).toEqual([]);
      }
      expect(whoMay("sqs:SendMessage", own.undelivered)).toEqual(["SNS for the topic"]);
      expect(whoMay("sqs:ReceiveMessage", own.undelivered)).toEqual([]);
    },
  );
});

describe("the topic", () => {
  it("takes events from the relay alone, and changes for nobody", () => {
    expect(whoMay("sns:Publish", topic)).toEqual([relay]);
    for (const action of ["Subscribe", "Unsubscribe", "SetTopicAttributes", "DeleteTopic"]) {
      expect(whoMay(`sns:${action}`, topic)).toEqual([]);
    }
  });
});

describe("the tables", () => {
  const [apiHandler] = handlers.filter(({ path }) => path === api);
  const [first] = consumers;
  if (apiHandler === undefined || first === undefined) throw new Error("no functions");
  const orders = named(apiHandler, "ORDERS_TABLE");
  const dedup = named(first.handler, "DEDUP_TABLE");
  const consumerPaths = consumers.map(({ handler }) => handler.path).toSorted();

  it("lets the order API alone write orders, and nobody delete one", () => {
    expect(whoMay("dynamodb:UpdateItem", orders)).toEqual([api]);
    expect(whoMay("dynamodb:PutItem", orders)).toEqual([]);
    expect(whoMay("dynamodb:DeleteItem", orders)).toEqual([]);
    expect(whoMay("dynamodb:GetItem", orders)).toEqual([api]);
    expect(whoMay("dynamodb:GetRecords", orders)).toEqual([relay]);
    expect(whoMay("dynamodb:Scan", orders)).toEqual([patrol]);
  });

  it("lets consumers alone write watermarks, and nobody delete one", () => {
    expect(whoMay("dynamodb:PutItem", dedup)).toEqual(consumerPaths);
    expect(whoMay("dynamodb:DeleteItem", dedup)).toEqual([]);
  });

  it("lets each table of effects be written by its own consumer alone", () => {
    const effects = template
      .ofType("AWS::DynamoDB::Table")
      .filter(({ id }) => id !== orders.id && id !== dedup.id);
    expect(effects.length).toBeGreaterThan(4);
    for (const table of effects) {
      const writers = ["UpdateItem", "BatchWriteItem", "PutItem", "DeleteItem"].flatMap((action) =>
        whoMay(`dynamodb:${action}`, table),
      );
      const owner = table.path.split("/").slice(0, 2).join("/");
      expect(writers).toEqual([expect.stringContaining(`${owner}/`)]);
    }
  });
});

describe("what an attacker tries", () => {
  it("a call of the API without a signature: nobody but IAM principals may invoke its URL", () => {
    const [url, ...others] = template.ofType("AWS::Lambda::Url");
    expect(others).toEqual([]);
    expect(property(url, "AuthType")).toBe("AWS_IAM");
    const target = template.follow(property(url, "TargetFunctionArn"))?.id;
    const invited = template
      .ofType("AWS::Lambda::Permission")
      .map((permission) => template.follow(property(permission, "FunctionName"))?.id);
    expect(invited).not.toContain(target);
  });

  it("SNS, told to by a topic that is not ours, sends nothing to our queues", () => {
    const foreign: Caller = { kind: "service", name: "sns.amazonaws.com", source: "elsewhere" };
    for (const { queue, undelivered } of consumers) {
      expect(decideOn("sqs:SendMessage", queue)(foreign)).toBe("not allowed");
      expect(decideOn("sqs:SendMessage", undelivered)(foreign)).toBe("not allowed");
    }
  });

  it("whoever it is, without TLS every queue and topic says no", () => {
    const guarded = [
      ...template.ofType("AWS::SQS::Queue").map(({ id }) => [id, "sqs:SendMessage"] as const),
      ...template.ofType("AWS::SNS::Topic").map(({ id }) => [id, "sns:Publish"] as const),
    ];
    expect(guarded.length).toBeGreaterThan(15);
    for (const [on, action] of guarded) {
      for (const [, caller] of callers) {
        expect(decide(template, { caller, action, on, transport: "plain" })).toBe("denied");
      }
    }
  });
});
