import { describe, expect, it } from "vitest";
import type { Resource } from "../../lib/template-reader.ts";
import {
  consumersOf,
  deadLettersOf,
  flatten,
  mappingsFrom,
  must,
  property,
  subscriptionOf,
  synthesize,
  variable,
} from "./synthesize.ts";

const template = synthesize({ alarmEmail: "ops@shop.example" });
const alarms = template.ofType("AWS::CloudWatch::Alarm");

type Dimension = { Name: string; Value: unknown };

/** The thresholds of the alarms on a metric with exactly these dimensions. */
const thresholds = (metric: string, dimensions: Readonly<Record<string, string>>): number[] =>
  alarms
    .filter((alarm) => {
      const given = (property(alarm, "Dimensions") as Dimension[]).map(({ Name, Value }) => [
        Name,
        flatten(Value),
      ]);
      return (
        property(alarm, "MetricName") === metric &&
        JSON.stringify(given.toSorted()) === JSON.stringify(Object.entries(dimensions).toSorted())
      );
    })
    .map((alarm) => Number(property(alarm, "Threshold")));

const OLDEST_S = 10 * 24 * 3_600;
const AGE = "ApproximateAgeOfOldestMessage";
const VISIBLE = "ApproximateNumberOfMessagesVisible";
const HIDDEN = "ApproximateNumberOfMessagesNotVisible";
const FAILED_REDRIVE = "NumberOfNotificationsFailedToRedriveToDlq";

describe("every alarm", () => {
  it.each(alarms)("$path tells the alarm topic, and not for want of data", (alarm) => {
    const actions = property(alarm, "AlarmActions") as unknown[];
    const topics = actions.map((action) => must(template, action));
    expect(topics.map((topic) => property(topic, "TopicName"))).toEqual([
      "OrderEventBus-dev-alarms",
    ]);
    expect(property(alarm, "TreatMissingData")).toBe("notBreaching");
    expect(property(alarm, "ComparisonOperator")).toBe("GreaterThanOrEqualToThreshold");
    expect(property(alarm, "AlarmDescription")).toMatch(/\.$/);
  });

  it("is on one metric, since some endpoints cannot do sums of metrics", () => {
    for (const alarm of alarms) expect(property(alarm, "Metrics"), alarm.path).toBeUndefined();
    expect(template.ofType("AWS::CloudWatch::CompositeAlarm")).toEqual([]);
  });
});

describe.each(consumersOf(template))("the consumer $handler.path", ({ source, handler }) => {
  const named = ({ id }: Resource) => ({ QueueName: `<${id}>` });
  const own = named(source);
  const dead = named(deadLettersOf(template, source));
  const undelivered = named(deadLettersOf(template, subscriptionOf(template, source)));
  const service = String(variable(handler, "POWERTOOLS_SERVICE_NAME"));
  const consumer = String(variable(handler, "CONSUMER"));

  it("rings when it is behind", () => {
    expect(thresholds(AGE, own)).toEqual([900]);
  });

  it("T13 rings well before waiting and hidden events reach 120,000 together", () => {
    const [visible] = thresholds(VISIBLE, own);
    const [hidden] = thresholds(HIDDEN, own);
    expect(visible! + hidden!).toBeLessThanOrEqual(100_000);
  });

  it("rings at the first dead letter, and when one is 10 days old", () => {
    for (const deadLetters of [dead, undelivered]) {
      expect(thresholds(VISIBLE, deadLetters)).toEqual([1]);
      expect(thresholds(AGE, deadLetters)).toEqual([OLDEST_S]);
    }
  });

  it("rings at a decision to give up, and in an outage", () => {
    for (const metric of ["Dead", "NoDeadLetterBudget"]) {
      expect(thresholds(metric, { service, consumer }), metric).toEqual([1]);
    }
  });

  it("rings when its function fails or is not allowed to run", () => {
    for (const metric of ["Errors", "Throttles"]) {
      expect(thresholds(metric, { FunctionName: `<${handler.id}>` }), metric).toEqual([1]);
    }
  });
});

describe("on the way to the consumers", () => {
  it("rings when the relay is behind, long before the stream forgets", () => {
    const [relay] = mappingsFrom(template, "AWS::DynamoDB::Table");
    const [milliseconds] = thresholds("IteratorAge", { FunctionName: `<${relay!.handler.id}>` });
    expect(milliseconds! / 3_600_000).toBeLessThan(2);
  });

  it("rings when the relay parks an entry", () => {
    const [relay] = mappingsFrom(template, "AWS::DynamoDB::Table");
    const url = flatten(variable(relay!.handler, "PARKING_QUEUE_URL"));
    expect(thresholds(VISIBLE, { QueueName: url })).toEqual([1]);
  });

  it("rings when a subscription fails", () => {
    const topic = template.ofType("AWS::SNS::Topic").find((each) => property(each, "FifoTopic"));
    const TopicName = `<${topic!.id}>`;
    for (const metric of ["NumberOfNotificationsFailed", FAILED_REDRIVE]) {
      expect(thresholds(metric, { TopicName }), metric).toEqual([1]);
    }
  });

  it("rings when any function fails or is not allowed to run", () => {
    for (const { id, path } of template.ofType("AWS::Lambda::Function")) {
      for (const metric of ["Errors", "Throttles"]) {
        expect(thresholds(metric, { FunctionName: `<${id}>` }), `${metric} of ${path}`).toEqual([
          1,
        ]);
      }
    }
  });

  it("reaches a person, if there is an address", () => {
    const mails = template
      .ofType("AWS::SNS::Subscription")
      .filter((each) => property(each, "Protocol") === "email");
    expect(mails.map((each) => property(each, "Endpoint"))).toEqual(["ops@shop.example"]);
  });

  it("lets CloudWatch publish to the alarm topic", () => {
    const policies = template
      .ofType("AWS::SNS::TopicPolicy")
      .map(({ body }) => JSON.stringify(body));
    expect(policies.filter((policy) => policy.includes("cloudwatch.amazonaws.com")).length).toBe(1);
  });
});
