/**
 * Every statement of every policy that hangs on a resource: whom queues, topics, keys and functions
 * let in. Roles are in who-may-do-what.test.ts.
 */
import { describe, expect, it } from "vitest";
import type { Resource, TemplateReader } from "../../lib/template-reader.ts";
import { consumersOf, flatten, property, synthesize, variable } from "../stack/synthesize.ts";

type Statement = {
  readonly Effect: string;
  readonly Principal: unknown;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/** Ids of the template as paths, and every consumer's name as NAME: what is alike is said once. */
const nameOf = (template: TemplateReader) => {
  const consumers = consumersOf(template).map(({ handler }) => variable(handler, "CONSUMER"));
  const types = ["SQS::Queue", "SNS::Topic", "Lambda::Function", "Events::Rule", "KMS::Key"];
  const named = types.flatMap((type) => template.ofType(`AWS::${type}`));
  const paths = new Map(named.map(({ id, path }) => [id, path]));
  return (value: unknown): string => {
    const path = flatten(value).replace(/<([^>]+)>/g, (_all, id) => paths.get(id) ?? id);
    const short = path
      .replace(/^OrderEventBus-[a-z]+\/(Default\/)?/, "")
      .replace(/\/Resource$/, "");
    return consumers.reduce<string>(
      (text, name) => text.replace(new RegExp(`^${name}/`), "NAME/"),
      short,
    );
  };
};

const list = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? value : [value as T];

const said = (template: TemplateReader, statement: Statement): string[] => {
  const name = nameOf(template);
  const { Effect, Principal, Action, Resource, Condition = {} } = statement;
  const who = Object.values(typeof Principal === "object" ? (Principal ?? {}) : [Principal]);
  const when = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => ` if ${key} ${operator} ${name(value)}`),
  );
  return list(Action).map((action) =>
    `${Effect} ${who.join()} ${action} on ${name(Resource)}${when.toSorted().join("")}`.trim(),
  );
};

const ofPolicies = (template: TemplateReader): string[] =>
  ["AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"].flatMap((type) =>
    template
      .ofType(type)
      .flatMap((policy) => property(policy, "PolicyDocument", "Statement") as Statement[])
      .flatMap((statement) => said(template, statement)),
  );

const ofPermissions = (template: TemplateReader): string[] => {
  const name = nameOf(template);
  return template.ofType("AWS::Lambda::Permission").map((permission: Resource) => {
    const on = name(property(permission, "FunctionName"));
    const source = name(property(permission, "SourceArn") ?? "anything");
    return `Allow ${property(permission, "Principal")} ${property(permission, "Action")} on ${on} if from ${source}`;
  });
};

const WITHOUT_TLS = "if aws:SecureTransport Bool false";
const FROM_TOPIC = "if aws:SourceArn ArnEquals Topic/Topic";

const ALL = [
  "Allow cloudwatch.amazonaws.com sns:Publish on Alarms/Topic if aws:SourceAccount StringEquals AWS::AccountId",
  "Allow events.amazonaws.com lambda:InvokeFunction on Admission/Handler/Function if from Admission/EveryMinute",
  "Allow events.amazonaws.com lambda:InvokeFunction on Patrol/Handler/Function if from Patrol/EveryFewMinutes",
  `Allow sns.amazonaws.com sqs:SendMessage on NAME/Queues/Queue ${FROM_TOPIC}`,
  `Allow sns.amazonaws.com sqs:SendMessage on NAME/Queues/Undelivered ${FROM_TOPIC}`,
  `Deny * sns:Publish on Alarms/Topic ${WITHOUT_TLS}`,
  `Deny * sns:Publish on Topic/Topic ${WITHOUT_TLS}`,
  `Deny * sqs:* on NAME/Queues/DeadLetters ${WITHOUT_TLS}`,
  `Deny * sqs:* on NAME/Queues/Queue ${WITHOUT_TLS}`,
  `Deny * sqs:* on NAME/Queues/Undelivered ${WITHOUT_TLS}`,
  `Deny * sqs:* on Relay/Parking ${WITHOUT_TLS}`,
];

describe.each(["dev", "prod"])("the policies on resources in %s", (stage) => {
  const template = synthesize({ stage });

  it("let in whom they must, under these conditions, and nobody else", () => {
    const lines = [...ofPolicies(template), ...ofPermissions(template)];
    expect([...new Set(lines)].toSorted()).toEqual(ALL);
  });

  it("hang on queues, topics and functions only: tables, keys and buckets let nobody in", () => {
    for (const table of template.ofType("AWS::DynamoDB::Table")) {
      expect(property(table, "ResourcePolicy"), table.path).toBeUndefined();
    }
    for (const type of ["KMS::Key", "S3::BucketPolicy", "SecretsManager::ResourcePolicy"]) {
      expect(template.ofType(`AWS::${type}`)).toEqual([]);
    }
  });
});
