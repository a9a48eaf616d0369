import { describe, expect, it } from "vitest";
import { consumerKey, readEnvironment } from "../../lambdas/aws/consumer-environment.ts";
import { usualRules } from "../core/make-context.ts";

const environment = {
  CONSUMER: "inventory",
  GENERATION: "2",
  DEDUP_TABLE: "dedup",
  DATA_TABLES: '{"stock":"stock-table"}',
  QUEUE_URL: "https://sqs/queue",
  FAILURE_RULES: JSON.stringify(usualRules),
  CONSUMER_SETTINGS: '{"initialStock":5}',
};

describe("the environment of a consumer function", () => {
  it("is read and typed, and what else is set does not matter", () => {
    expect(readEnvironment({ ...environment, AWS_REGION: "eu-west-1" })).toEqual({
      CONSUMER: "inventory",
      GENERATION: 2,
      DEDUP_TABLE: "dedup",
      DATA_TABLES: { stock: "stock-table" },
      QUEUE_URL: "https://sqs/queue",
      FAILURE_RULES: usualRules,
      CONSUMER_SETTINGS: { initialStock: 5 },
    });
  });

  it("is refused with every variable at fault named", () => {
    const { CONSUMER: _missing, ...rest } = environment;
    const read = () => readEnvironment({ ...rest, GENERATION: "0", DATA_TABLES: "{" });
    expect(read).toThrow(/CONSUMER.*GENERATION.*DATA_TABLES/s);
  });

  it("is refused with a failure rule out of its range", () => {
    const FAILURE_RULES = JSON.stringify({ ...usualRules, attempts: 0 });
    expect(() => readEnvironment({ ...environment, FAILURE_RULES })).toThrow(/attempts/);
  });
});

it("a consumer's key is its name, with its generation from the second on", () => {
  expect(consumerKey("fraud", 1)).toBe("fraud");
  expect(consumerKey("fraud", 2)).toBe("fraud@2");
});
