import { expect, test } from "vitest";
import { referencedNames, resolveIntrinsics, type Scope } from "../../local/intrinsics.ts";

const scope: Scope = {
  logicalId: "Mine",
  ref: (name) => ({ Queue: "queue-url", "AWS::Region": "eu-west-1" })[name],
  attribute: (id, name) => (id === "Queue" && name === "Arn" ? "queue-arn" : undefined),
};

test.each([
  [{ Ref: "Queue" }, "queue-url"],
  [{ "Fn::GetAtt": ["Queue", "Arn"] }, "queue-arn"],
  [{ "Fn::Join": ["-", ["a", { Ref: "Queue" }]] }, "a-queue-url"],
  [{ "Fn::Select": [1, { "Fn::Split": ["-", { Ref: "Queue" }] }] }, "url"],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's syntax
  [{ "Fn::Sub": "${AWS::Region}/${Queue.Arn}/${!Literal}" }, "eu-west-1/queue-arn/${Literal}"],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's syntax
  [{ "Fn::Sub": ["${It}", { It: { Ref: "Queue" } }] }, "queue-url"],
])("%j is resolved", (value, expected) => {
  expect(resolveIntrinsics(value, scope)).toBe(expected);
});

test("a property that is AWS::NoValue is left out", () => {
  const value = { keep: 1, drop: { Ref: "AWS::NoValue" } };
  expect(resolveIntrinsics(value, scope)).toEqual({ keep: 1 });
});

test.each([
  [{ "Fn::ImportValue": "other" }, /^Mine: Fn::ImportValue is not supported/],
  [{ "Fn::If": ["Is", 1, 2] }, /^Mine: Fn::If is not supported/],
  [{ Ref: "Missing" }, /^Mine: Ref to Missing/],
  [{ "Fn::GetAtt": ["Queue", "Length"] }, /^Mine: Fn::GetAtt Queue.Length is unknown/],
])("%j fails with the resource that holds it", (value, message) => {
  expect(() => resolveIntrinsics(value, scope)).toThrow(message);
});

test("references are found wherever they hide", () => {
  const value = {
    a: [{ Ref: "One" }, { "Fn::GetAtt": ["Two", "Arn"] }],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's syntax
    b: { "Fn::Join": ["", [{ "Fn::Sub": "${Three.Arn}" }]] },
  };
  expect(referencedNames(value)).toEqual(["One", "Two", "Three"]);
});
