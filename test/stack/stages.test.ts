import { describe, expect, it } from "vitest";
import { stageSettings } from "../../lib/stage-settings.ts";
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
const prod = synthesize({ stage: "prod", alarmEmail: "ops@shop.example" });

type Body = { readonly Type: string } & Record<string, unknown>;
const resourcesOf = ({ json }: { readonly json: unknown }): [id: string, body: Body][] =>
  Object.entries((json as { Resources: Record<string, Body> }).Resources);

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
    expect(prod.ofType("AWS::DynamoDB::Table").length).toBeGreaterThan(5);
  });

  it("keeps every queue and log group, unless a rollback takes back that it was made", () => {
    const kept = [...prod.ofType("AWS::SQS::Queue"), ...prod.ofType("AWS::Logs::LogGroup")];
    for (const { path, body } of kept) {
      expect(body, path).toMatchObject({
        DeletionPolicy: "RetainExceptOnCreate",
        UpdateReplacePolicy: "Retain",
      });
    }
    expect(kept.length).toBeGreaterThan(20);
  });

  it("keeps nothing else, since nothing else holds data", () => {
    const data = ["AWS::DynamoDB::Table", "AWS::SQS::Queue", "AWS::Logs::LogGroup"];
    for (const [id, { Type, DeletionPolicy = "Delete" }] of resourcesOf(prod)) {
      if (!data.includes(Type)) expect(DeletionPolicy, id).toBe("Delete");
    }
  });

  it("cannot be deleted before somebody says so twice", () => {
    expect(synthesizeStack({ stage: "prod" }).terminationProtection).toBe(true);
  });

  it("sends every alarm to the given address", () => {
    const [subscription, ...more] = prod
      .ofType("AWS::SNS::Subscription")
      .filter((each) => property(each, "Protocol") === "email");
    expect(more).toEqual([]);
    expect(property(subscription, "Endpoint")).toBe("ops@shop.example");
    const topic = must(prod, property(subscription, "TopicArn"));
    const alarms = ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"].flatMap(
      prod.ofType,
    );
    const actions = alarms.flatMap((alarm) => property(alarm, "AlarmActions") ?? []);
    for (const action of actions) expect(must(prod, action).id).toBe(topic.id);
    expect(actions.length).toBeGreaterThan(30);
  });

  it("subscribes nobody to the alarms where that is said", () => {
    const protocols = synthesize({ stage: "prod", alarmEmail: "none" })
      .ofType("AWS::SNS::Subscription")
      .map((each) => property(each, "Protocol"));
    expect(new Set(protocols)).toEqual(new Set(["sqs"]));
  });

  it("T10 reserves for each consumer all the concurrency that its mapping may use", () => {
    for (const { handler, mapping } of consumersOf(prod)) {
      const reserved = property(handler, "ReservedConcurrentExecutions");
      expect(reserved, handler.path).toBe(property(mapping, "ScalingConfig", "MaximumConcurrency"));
      expect(reserved).toBeGreaterThan(1);
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
    for (const [id, { DeletionPolicy = "Delete", UpdateReplacePolicy = "Delete" }] of resourcesOf(
      dev,
    )) {
      expect({ DeletionPolicy, UpdateReplacePolicy }, id).toEqual({
        DeletionPolicy: "Delete",
        UpdateReplacePolicy: "Delete",
      });
    }
    for (const table of dev.ofType("AWS::DynamoDB::Table")) {
      expect(property(table, "DeletionProtectionEnabled"), table.path).toBe(false);
    }
    expect(synthesizeStack().terminationProtection).toBe(false);
  });

  it("costs nothing while nobody uses it but its alarms and dashboard", () => {
    for (const table of dev.ofType("AWS::DynamoDB::Table")) {
      expect(property(table, "BillingMode"), table.path).toBe("PAY_PER_REQUEST");
      const recovery = property(table, "PointInTimeRecoverySpecification");
      expect(recovery, table.path).toEqual({ PointInTimeRecoveryEnabled: false });
    }
    const provisioned = ["ProvisionedConcurrencyConfig", "ProvisionedPollerConfig"];
    expect(provisioned.filter((name) => JSON.stringify(dev.json).includes(name))).toEqual([]);
  });

  it("takes no concurrency from the account", () => {
    for (const handler of dev.ofType("AWS::Lambda::Function")) {
      expect(property(handler, "ReservedConcurrentExecutions"), handler.path).toBeUndefined();
    }
  });

  it("wakes nobody unless an address is given", () => {
    const emails = (template: typeof dev) =>
      template
        .ofType("AWS::SNS::Subscription")
        .filter((each) => property(each, "Protocol") === "email");
    expect(emails(dev)).toEqual([]);
    expect(emails(synthesize({ alarmEmail: "me@shop.example" }))).toHaveLength(1);
  });
});

describe.each([
  ["dev", dev, 7],
  ["prod", prod, 90],
])("the logs of %s", (_stage, template, days) => {
  it(`of every function are in a group of its own, for ${days} days`, () => {
    const functions = template.ofType("AWS::Lambda::Function");
    const groups = functions.map((each) =>
      must(template, property(each, "LoggingConfig", "LogGroup")),
    );
    for (const group of groups) expect(property(group, "RetentionInDays"), group.path).toBe(days);
    expect(new Set(groups.map(({ id }) => id)).size).toBe(functions.length);
    expect(template.ofType("AWS::Logs::LogGroup")).toHaveLength(functions.length);
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
      "BackoffCapSeconds",
      "Consumers",
      "DedupTable",
      "OrdersTable",
      "ParkingQueueUrl",
      "RelayFunction",
      "RelayMappingId",
      "RetainDays",
      "TopicArn",
    ]);
    expect(reference("ApiUrl").type).toBe("AWS::Lambda::Url");
    expect(reference("ApiFunction").type).toBe("AWS::Lambda::Function");
    expect(reference("TopicArn").type).toBe("AWS::SNS::Topic");
    expect(property(reference("ParkingQueueUrl"), "FifoQueue")).toBeUndefined();
    const relay = reference("RelayMappingId");
    expect(property(relay, "StartingPosition")).toBe("TRIM_HORIZON");
    expect(must(template, property(relay, "FunctionName"))).toEqual(reference("RelayFunction"));
  });

  it("list each consumer with its own queues, function, mapping and tables", () => {
    const listed = JSON.parse(flatten(Outputs.Consumers?.Value)) as Record<string, unknown>[];
    const expected = consumersOf(template).map(({ source, handler, mapping }) => {
      const dead = deadLettersOf(template, source);
      const undelivered = deadLettersOf(template, subscriptionOf(template, source));
      return {
        name: variable(handler, "CONSUMER"),
        handles: JSON.parse(flatten(variable(handler, "HANDLES"))),
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

  it("tell how long orders are kept, and how long a consumer backs off at most", () => {
    const { failureRules } = stageSettings({ stage, alarmEmail: "none" });
    expect(Outputs.RetainDays?.Value).toBe(String(failureRules.retainDays));
    expect(Outputs.BackoffCapSeconds?.Value).toBe(String(failureRules.backoffCapSeconds));
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
