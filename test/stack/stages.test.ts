import { describe, expect, it } from "vitest";
import {
  consumersOf,
  deadLettersOf,
  flatten,
  must,
  property,
  subscriptionOf,
  synthesize,
  synthesizeStack,
  variable,
} from "./synthesize.ts";

const dev = synthesize();
const prod = synthesize({ stage: "prod" });

describe("outside dev", () => {
  it("keeps every table, with point-in-time recovery and deletion protection", () => {
    for (const table of prod.ofType("AWS::DynamoDB::Table")) {
      expect(table.body, table.path).toMatchObject({
        DeletionPolicy: "Retain",
        UpdateReplacePolicy: "Retain",
      });
      expect(property(table, "DeletionProtectionEnabled"), table.path).toBe(true);
      const recovery = property(table, "PointInTimeRecoverySpecification");
      expect(recovery, table.path).toMatchObject({ PointInTimeRecoveryEnabled: true });
    }
    expect(synthesizeStack({ stage: "prod" }).terminationProtection).toBe(true);
  });

  it("T10 reserves for each consumer all the concurrency that its mapping may use", () => {
    for (const { handler, mapping } of consumersOf(prod)) {
      expect(property(handler, "ReservedConcurrentExecutions"), handler.path).toBe(
        property(mapping, "ScalingConfig", "MaximumConcurrency"),
      );
    }
  });

  it("has no stock that nobody counted", () => {
    for (const { handler } of consumersOf(prod)) {
      expect(variable(handler, "CONSUMER_SETTINGS")).toBe(`{"initialStock":0}`);
    }
  });
});

describe("dev", () => {
  it("leaves nothing behind", () => {
    const { Resources } = dev.json as { Resources: Record<string, { DeletionPolicy?: string }> };
    for (const [id, { DeletionPolicy = "Delete" }] of Object.entries(Resources)) {
      expect(DeletionPolicy, id).toBe("Delete");
    }
    expect(synthesizeStack().terminationProtection).toBe(false);
  });

  it("takes no concurrency from the account", () => {
    for (const handler of dev.ofType("AWS::Lambda::Function")) {
      expect(property(handler, "ReservedConcurrentExecutions"), handler.path).toBeUndefined();
    }
  });
});

describe.each([
  ["dev", dev],
  ["prod", prod],
])("the outputs of %s", (stage, template) => {
  const { Outputs } = template.json as { Outputs: Record<string, { Value: unknown }> };
  const reference = (name: string) => must(template, Outputs[name]?.Value);

  it("name what tools look for", () => {
    expect(Object.keys(Outputs).toSorted()).toEqual([
      "ApiFunction",
      "ApiUrl",
      "Consumers",
      "DedupTable",
      "OrdersTable",
      "ParkingQueueUrl",
      "TopicArn",
    ]);
    expect(reference("ApiUrl").type).toBe("AWS::Lambda::Url");
    expect(reference("ApiFunction").type).toBe("AWS::Lambda::Function");
    expect(reference("TopicArn").type).toBe("AWS::SNS::Topic");
    expect(property(reference("ParkingQueueUrl"), "FifoQueue")).toBeUndefined();
  });

  it("list each consumer with its own queues, function, mapping and tables", () => {
    const listed = JSON.parse(flatten(Outputs.Consumers?.Value)) as Record<string, unknown>[];
    const expected = consumersOf(template).map(({ source, handler, mapping }) => {
      const dead = deadLettersOf(template, source);
      const undelivered = deadLettersOf(template, subscriptionOf(template, source));
      return {
        name: variable(handler, "CONSUMER"),
        queueUrl: `<${source.id}>`,
        deadLetterQueueUrl: `<${dead.id}>`,
        subscriptionDeadLetterQueueUrl: `<${undelivered.id}>`,
        functionName: `<${handler.id}>`,
        mappingId: `<${mapping.id}>`,
        tables: JSON.parse(flatten(variable(handler, "DATA_TABLES"))),
      };
    });
    expect(listed).toEqual(expected);
  });

  it("belong to queues named after the stage", () => {
    for (const { source, handler } of consumersOf(template)) {
      const name = `OrderEventBus-${stage}-${variable(handler, "CONSUMER")}.fifo`;
      expect(property(source, "QueueName")).toBe(name);
    }
  });

  it("name a dedup table whose dead heads are listed by consumer and time", () => {
    const table = reference("DedupTable");
    expect(property(table, "KeySchema")).toEqual([
      { AttributeName: "orderId", KeyType: "HASH" },
      { AttributeName: "consumer", KeyType: "RANGE" },
    ]);
    expect(property(table, "GlobalSecondaryIndexes")).toEqual([
      {
        IndexName: "dead-letters",
        KeySchema: [
          { AttributeName: "deadConsumer", KeyType: "HASH" },
          { AttributeName: "deadAtMs", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "ALL" },
      },
    ]);
    for (const each of [table, reference("OrdersTable")]) {
      expect(property(each, "TimeToLiveSpecification")).toEqual({
        AttributeName: "expiresAt",
        Enabled: true,
      });
    }
  });
});
