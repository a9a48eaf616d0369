import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import type { Resource } from "../../lib/template-reader.ts";
import { rightsOf, synthesize } from "./synthesize.ts";

const LAMBDAS = join(import.meta.dirname, "../../lambdas");

/** A file and all of ours that it imports, as one text. */
const reachable = (file: string, seen = new Set<string>()): string => {
  if (seen.has(file)) return "";
  seen.add(file);
  const source = readFileSync(file, "utf8");
  const imports = [...source.matchAll(/from "(\.[^"]+)"/g)].map(([, path]) => path ?? "");
  return [source, ...imports.map((path) => reachable(join(dirname(file), path), seen))].join("\n");
};

/** Commands that are allowed under another name. A transaction needs the rights of its parts. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  ChangeMessageVisibilityBatch: ["sqs:ChangeMessageVisibility"],
  DeleteMessageBatch: ["sqs:DeleteMessage"],
  SendMessage: ["sqs:SendMessage"],
  GetQueueAttributes: ["sqs:GetQueueAttributes"],
  PublishBatch: ["sns:Publish"],
  TransactWriteItems: ["dynamodb:PutItem", "dynamodb:UpdateItem"],
};

const calls = (...path: string[]): string[] => {
  const commands = reachable(join(LAMBDAS, ...path)).matchAll(/new (\w+)Command\(/g);
  return [...commands].flatMap(([, name = ""]) => ACTIONS[name] ?? [`dynamodb:${name}`]);
};

/** What Lambda does in the function's name, without any code of ours. */
const BY_LAMBDA = [
  "logs:CreateLogStream",
  "logs:PutLogEvents",
  "sqs:ReceiveMessage",
  "sqs:GetQueueAttributes",
  "dynamodb:DescribeStream",
  "dynamodb:GetRecords",
  "dynamodb:GetShardIterator",
  "dynamodb:ListStreams",
];

const template = synthesize();

const granted = (path: RegExp, called: readonly string[]): string[] =>
  template
    .ofType("AWS::Lambda::Function")
    .filter((handler: Resource) => path.test(handler.path))
    .flatMap((handler) => rightsOf(template, handler).map((right) => right.split(" ")[0] ?? ""))
    .filter((action) => called.includes(action) || !BY_LAMBDA.includes(action));

const distinct = (actions: string[]): string[] => [...new Set(actions)].toSorted();

it.each([
  [/\/Api\//, [["order-api", "handler.ts"]]],
  [/\/Relay\//, [["relay", "handler.ts"]]],
  [/\/Admission\//, [["admission", "handler.ts"]]],
  [/\/Patrol\//, [["patrol", "handler.ts"]]],
  [
    /\/(inventory|loyalty|recommendation|warehouse|fraud)\//,
    ["inventory", "loyalty", "recommendation", "warehouse", "fraud"].map((name) => [
      "consumers",
      `${name}.ts`,
    ]),
  ],
])("functions at %s may do what their code calls, and no more", (path, files) => {
  const called = files.flatMap((file) => calls(...file));
  expect(distinct(granted(path, called))).toEqual(distinct(called));
});
