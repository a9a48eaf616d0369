import { expect, it } from "vitest";
import type { Resource } from "../../lib/template-reader.ts";
import { flatten, property, synthesize } from "./synthesize.ts";

/** What CloudFormation tells one from another by: with another value of these it makes a new one. */
const IDENTITY: Readonly<Record<string, readonly string[]>> = {
  "AWS::DynamoDB::Table": ["TableName", "KeySchema"],
  "AWS::SQS::Queue": ["QueueName", "FifoQueue"],
  "AWS::SNS::Topic": ["TopicName", "FifoTopic"],
  "AWS::SNS::Subscription": ["TopicArn", "Endpoint"],
};

const text = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(text).join("+");
  const key = (value as { AttributeName?: unknown })?.AttributeName;
  return key === undefined ? flatten(typeof value === "object" ? value : String(value)) : `${key}`;
};

const line = (resource: Resource): string => {
  const identity = (IDENTITY[resource.type] ?? [])
    .map((name) => [name, property(resource, name)] as const)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${text(value)}`);
  return [resource.type, resource.id, ...identity].join(" ");
};

const CHANGED = `What holds data, or leads to it, has another logical id, name or key than what was deployed before.
CloudFormation would make a new one beside it and leave the old one behind with its data; of a
subscription it would make the same one again and then delete it, so that its consumer hears of nothing.
Give it back its id (a construct that was moved or renamed got another). If something was only added, or
the change is meant and docs/changing-the-bus.md was followed: npx vitest run test/stack/stateful -u`;

it("what holds data keeps its identity from one release to the next", async () => {
  const template = synthesize({ stage: "prod", alarmEmail: "ops@shop.example" });
  const lines = Object.keys(IDENTITY).flatMap((type) => template.ofType(type).map(line));
  await expect(`${lines.toSorted().join("\n")}\n`, CHANGED).toMatchFileSnapshot(
    "stateful-resources.txt",
  );
});
