/** What the stack and its functions both state, because `lib` may not import `lambdas`. */
import { toJsonSchema } from "@valibot/to-json-schema";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { consumerKey } from "../../lambdas/aws/consumer-environment.ts";
import { wholeNumber } from "../../lambdas/aws/environment.ts";
import { rowToItem } from "../../lambdas/aws/ledger-item.ts";
import { failureRulesSchema } from "../../lambdas/core/failure-rules.ts";
import { EVENT_TYPES } from "../../lambdas/core/order-event.ts";
import * as handledTypes from "../../lib/handled-types.ts";
import { stageSettings } from "../../lib/stage-settings.ts";
import { DEPLOYED } from "../sim/handled-by.ts";
import { property, synthesize, synthesizeStack } from "./synthesize.ts";

type Range = {
  readonly path: readonly string[];
  readonly minimum: number;
  readonly maximum: number;
};
type Node = {
  readonly properties?: Readonly<Record<string, Node>>;
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
};

const rangesOf = (node: Node, path: readonly string[] = []): readonly Range[] =>
  node.properties === undefined
    ? [{ path, minimum: node.minimum ?? Number.NaN, maximum: node.maximum ?? Number.NaN }]
    : Object.entries(node.properties).flatMap(([name, child]) => rangesOf(child, [...path, name]));

const pathsOf = (tree: object, path: readonly string[] = []): readonly string[] =>
  Object.entries(tree).flatMap(([name, value]) =>
    typeof value === "object" ? pathsOf(value, [...path, name]) : [[...path, name].join(".")],
  );

const ranges = rangesOf(toJsonSchema(failureRulesSchema) as Node);
const rulesWith = (path: readonly string[], value: number): Record<string, unknown> =>
  path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as Record<string, unknown>;
const settingsWith = (path: readonly string[], value: number) =>
  stageSettings({ stage: "dev", overrides: { failureRules: rulesWith(path, value) } });

describe("the failure rules", () => {
  it("have the same names in the stack and in the consumers", () => {
    const { failureRules } = stageSettings({ stage: "dev" });
    expect(ranges.map(({ path }) => path.join("."))).toEqual(pathsOf(failureRules));
  });

  it.each(ranges)(
    "$path: the stack takes from $minimum to $maximum, as a consumer does",
    (range) => {
      const { path, minimum, maximum } = range;
      for (const value of [minimum, maximum]) {
        const { failureRules } = settingsWith(path, value);
        expect(v.parse(failureRulesSchema, failureRules)).toEqual(failureRules);
      }
      for (const value of [minimum - 1, maximum + 1]) {
        expect(() => settingsWith(path, value)).toThrow(
          `is ${value}; allowed: a whole number from`,
        );
      }
    },
  );
});

describe("the types of events", () => {
  it("are the same in the stack and in the functions", () => {
    expect(handledTypes.EVENT_TYPES).toEqual(EVENT_TYPES);
  });

  it("that a consumer handles are those that the stack says", () => {
    const stated = synthesizeStack().bus.consumers.map(({ name, handles }) => [name, handles]);
    const coded = Object.values(DEPLOYED).map(({ name, handles }) => [
      name,
      EVENT_TYPES.filter((type) => handles.includes(type)),
    ]);
    expect(stated).toEqual(coded);
  });
});

it("the order API reads every number of days that the stack may give it", () => {
  const days = ranges.find(({ path }) => path.join() === "retainDays")!;
  for (const value of [days.minimum, days.maximum]) {
    expect(wholeNumber({ RETAIN_DAYS: String(value) }, "RETAIN_DAYS")).toBe(value);
  }
});

it("a dead row has the attributes that the index of dead letters and the TTL are keyed by", () => {
  type Index = { readonly KeySchema: readonly { readonly AttributeName: string }[] };
  const tables = synthesize().ofType("AWS::DynamoDB::Table");
  const dedup = tables.find((table) => property(table, "GlobalSecondaryIndexes") !== undefined);
  const [index] = property(dedup, "GlobalSecondaryIndexes") as readonly Index[];
  const life = { seq: 1, messageId: "m", sentAtMs: 1, attempts: 1, open: false };
  const dead = { ...life, dead: { atMs: 1, cause: "invalid" as const } };
  const item = rowToItem({ orderId: "o1", seq: 0, rev: 1, life: dead, expiresAt: 1 }, "test");
  const ttl = String(property(dedup, "TimeToLiveSpecification", "AttributeName"));
  const named = index!.KeySchema.map(({ AttributeName }) => AttributeName);
  expect(named).toHaveLength(2);
  expect(Object.keys(item)).toEqual(expect.arrayContaining([...named, ttl]));
});

it("a consumer's second generation has the same key in the stack's outputs and in its rows", () => {
  const gift = (generation: number) =>
    synthesizeStack().bus.addConsumer("fraud", {
      generation,
      entry: "lambdas/consumers/fraud.ts",
    });
  expect(gift(2).key).toBe(consumerKey("fraud", 2));
});
