import { expect, test } from "vitest";
import { readCloudAssembly } from "../../local/cloud-assembly.ts";
import { checkTemplate } from "../../local/create-resources.ts";
import { creationOrder } from "../../local/creation-order.ts";
import { mappingSettings } from "../../local/function-definition.ts";
import { record } from "../../local/resource-properties.ts";
import type { Resource } from "../../local/template.ts";
import { smallTemplate, writeAssembly } from "./small-stack.ts";

const check = (extra: Readonly<Record<string, Resource>>) => () => {
  const template = smallTemplate();
  const Resources = { ...template.Resources, ...extra };
  checkTemplate(readCloudAssembly(writeAssembly({ ...template, Resources })));
};

test("the template that the other tests use is understood", () => {
  expect(check({})).not.toThrow();
});

test("an unknown resource type fails with its logical id and the fix", () => {
  expect(check({ Bucket: { Type: "AWS::S3::Bucket" } })).toThrow(
    /^Bucket: .* does not know AWS::S3::Bucket; add it to local\/resource-types.ts/,
  );
});

test("an unknown property fails with its logical id", () => {
  const Properties = { FilterPolicy: { a: ["b"] } };
  expect(check({ Sub: { Type: "AWS::SNS::Subscription", Properties } })).toThrow(
    /^Sub: .* does not know the property FilterPolicy/,
  );
});

test("a conditional resource fails, since conditions are not evaluated", () => {
  expect(check({ Queue2: { Type: "AWS::SQS::Queue", Condition: "Maybe" } })).toThrow(
    /^Queue2: has the condition Maybe/,
  );
});

test("an unknown part of a property fails with its logical id", () => {
  const values = { ScalingConfig: { MaximumConcurrency: 2, Burst: 3 } };
  const read = () => record({ logicalId: "Map", values }, "ScalingConfig", ["MaximumConcurrency"]);
  expect(read).toThrow(/^Map: .* ScalingConfig.Burst/);
});

test.each([
  ["MaximumRetryAttempts", 3],
  ["MaximumRecordAgeInSeconds", 60],
  ["StartingPosition", "LATEST"],
])("a mapping that would give up or skip is refused: %s %s", (name, value) => {
  const values = { FunctionName: "f", EventSourceArn: "arn:aws:dynamodb:x", [name]: value };
  expect(() => mappingSettings("id", { logicalId: "Map", values })).toThrow(/^Map: /);
});

test("a resource comes after all that it refers to", () => {
  const order = creationOrder(smallTemplate());
  const position = (id: string) => order.indexOf(id);
  expect(position("Dead")).toBeLessThan(position("Queue"));
  expect(position("Queue")).toBeLessThan(position("Consume"));
  expect(position("Consume")).toBeLessThan(position("Mapping"));
});

test("resources that refer to each other in a circle are named", () => {
  const queue = (other: string): Resource => ({ Type: "AWS::SQS::Queue", DependsOn: other });
  const circle = () => creationOrder({ Resources: { A: queue("B"), B: queue("A") } });
  expect(circle).toThrow(/^A: refers to itself by way of A → B → A/);
});
