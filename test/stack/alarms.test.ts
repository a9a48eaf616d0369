import { describe, expect, it } from "vitest";
import { FAILURE_MODES, type FailureKind, runbookSection } from "../../lib/failure-modes.ts";
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

const STACK = "OrderEventBus-dev";
const template = synthesize({ alarmEmail: "ops@shop.example" });
const plain = template.ofType("AWS::CloudWatch::Alarm");
const combined = template.ofType("AWS::CloudWatch::CompositeAlarm");
const alarms = [...plain, ...combined];

type Dimension = { Name: string; Value: unknown };

/** The alarms on one metric with exactly these dimensions. */
const on = (metric: string, dimensions: Readonly<Record<string, string>>): Resource[] =>
  plain.filter((alarm) => {
    const given = ((property(alarm, "Dimensions") ?? []) as Dimension[]).map(({ Name, Value }) => [
      Name,
      flatten(Value),
    ]);
    return (
      property(alarm, "MetricName") === metric &&
      JSON.stringify(given.toSorted()) === JSON.stringify(Object.entries(dimensions).toSorted())
    );
  });

const thresholds = (metric: string, dimensions: Readonly<Record<string, string>>): number[] =>
  on(metric, dimensions).map((alarm) => Number(property(alarm, "Threshold")));

const nameOf = (alarm: Resource | undefined): string =>
  String(property(alarm, "AlarmName")).replace(`${STACK}/`, "");
const named = (name: string): Resource => {
  const [alarm, ...others] = alarms.filter((each) => nameOf(each) === name);
  if (alarm === undefined || others.length > 0) throw new Error(`${others.length} more of ${name}`);
  return alarm;
};
/** The rule of a combined alarm, with the names of its parts. */
const ruleOf = (alarm: Resource): string =>
  flatten(property(alarm, "AlarmRule")).replace(/"<(\w+)>"/g, (_, id) =>
    nameOf(alarms.find((each) => each.id === id)),
  );
const periodsOf = (alarm: Resource): string =>
  `${property(alarm, "DatapointsToAlarm")} of ${property(alarm, "EvaluationPeriods")}`;
const actionsOf = (alarm: Resource, list: string): unknown[] =>
  (property(alarm, list) ?? []) as unknown[];

const OLDEST_S = 10 * 24 * 3_600;
const AGE = "ApproximateAgeOfOldestMessage";
const VISIBLE = "ApproximateNumberOfMessagesVisible";
const HIDDEN = "ApproximateNumberOfMessagesNotVisible";
const FAILED_REDRIVE = "NumberOfNotificationsFailedToRedriveToDlq";

describe("every alarm", () => {
  const quiet = plain.filter((alarm) => nameOf(alarm) !== "patrol/Stopped");

  it.each(quiet)("$path does not ring for want of data", (alarm) => {
    expect(property(alarm, "TreatMissingData")).toBe("notBreaching");
    expect(property(alarm, "ComparisonOperator")).toBe("GreaterThanOrEqualToThreshold");
  });

  it.each(alarms)("$path says what has happened, and where the runbook tells more", (alarm) => {
    const text = String(property(alarm, "AlarmDescription"));
    expect(text).toMatch(/^[A-Z].+\. Runbook: docs\/operations\.md#[a-z0-9-]+$/);
    expect(text).not.toMatch(/[{}]| 0 /);
  });

  it("has a name that says whose it is and what it is about", () => {
    const names = alarms.map((alarm) => String(property(alarm, "AlarmName")));
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^OrderEventBus-dev\/[a-z]+\/[A-Za-z]+$/);
  });

  it("of each way to fail is there", () => {
    const told = alarms.map((alarm) => String(property(alarm, "AlarmDescription")));
    for (const kind of Object.keys(FAILURE_MODES) as FailureKind[]) {
      expect(
        told.some((text) => text.endsWith(`Runbook: ${runbookSection(kind)}`)),
        kind,
      ).toBe(true);
    }
  });
});

describe("one incident wakes somebody once", () => {
  const parts = new Set(combined.flatMap((alarm) => ruleOf(alarm).match(/[a-z]+\/\w+/g) ?? []));
  const topicNames = (alarm: Resource, list: string) =>
    actionsOf(alarm, list).map((action) => property(must(template, action), "TopicName"));

  it.each(alarms)("$path tells the alarm topic, or is a part of one that does", (alarm) => {
    // The outage is both: told by itself, and what holds back the others.
    const isPart = parts.has(nameOf(alarm)) && !combined.includes(alarm);
    expect(topicNames(alarm, "AlarmActions")).toEqual(isPart ? [] : [`${STACK}-alarms`]);
  });

  it("and tells when it is over, where several parts are combined", () => {
    for (const alarm of combined) {
      expect(topicNames(alarm, "OKActions"), alarm.path).toEqual([`${STACK}-alarms`]);
    }
    expect(plain.flatMap((alarm) => actionsOf(alarm, "OKActions"))).toEqual([]);
  });

  it("all parts exist, and no combined alarm waits for itself", () => {
    expect(parts.size).toBeGreaterThan(30);
    for (const part of parts) {
      const rule = property(named(part), "AlarmRule");
      if (rule !== undefined) expect(part).toMatch(/\/Outage$/);
    }
  });

  it("where the stage leaves the combined ones out, each part tells by itself", () => {
    const off = synthesize({ overrides: { combinedAlarms: "off" } });
    expect(off.ofType("AWS::CloudWatch::CompositeAlarm")).toEqual([]);
    const left = off.ofType("AWS::CloudWatch::Alarm");
    const math = plain.filter((alarm) => property(alarm, "Metrics") !== undefined);
    expect(left.map(nameOf).toSorted()).toEqual(
      plain
        .filter((alarm) => !math.includes(alarm))
        .map(nameOf)
        .toSorted(),
    );
    for (const alarm of left) {
      expect(property(alarm, "Metrics"), alarm.path).toBeUndefined();
      expect(actionsOf(alarm, "AlarmActions"), alarm.path).toHaveLength(1);
    }
  });
});

describe.each(consumersOf(template))("the consumer $handler.path", ({ source, handler }) => {
  const queue = ({ id }: Resource) => ({ QueueName: `<${id}>` });
  const own = queue(source);
  const dead = queue(deadLettersOf(template, source));
  const undelivered = queue(deadLettersOf(template, subscriptionOf(template, source)));
  const service = String(variable(handler, "POWERTOOLS_SERVICE_NAME"));
  const consumer = String(variable(handler, "CONSUMER"));
  const told = { service, consumer };
  const rule = (id: string) => ruleOf(named(`${consumer}/${id}`)).replaceAll(`${consumer}/`, "");

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

  it("rings at a decision to give up, and in an outage, for longer than the longest backoff", () => {
    for (const metric of ["Dead", "NoDeadLetterBudget"]) {
      expect(thresholds(metric, told), metric).toEqual([1]);
    }
    expect(on("NoDeadLetterBudget", told).map(periodsOf)).toEqual(["1 of 7"]);
    // Until the depth of a dead-letter queue that slept tells it too, 15 minutes late (2.17).
    expect(on("Dead", told).map(periodsOf)).toEqual(["1 of 4"]);
  });

  it("rings where an event keeps failing, even if no age is told of it", () => {
    expect(thresholds("FailingMs", told)).toEqual([900_000]);
    expect(on("FailingMs", told).map(periodsOf)).toEqual(["1 of 7"]);
  });

  it("rings when its function fails or is not allowed to run, again and again", () => {
    for (const metric of ["Errors", "Throttles"]) {
      const [alarm] = on(metric, { FunctionName: `<${handler.id}>` });
      expect(property(alarm, "Threshold"), metric).toBe(1);
      expect(periodsOf(alarm!), metric).toBe("2 of 3");
    }
  });

  it("combines them: an order is stuck, or it is an outage, or it is behind", () => {
    expect(rule("Outage")).toBe("(ALARM(NoDeadLetterBudget) OR ALARM(AttemptsFail))");
    expect(rule("Stuck")).toBe(
      "((ALARM(Dead) OR ALARM(DeadLettersDepth) OR ALARM(Failing)) AND (NOT (ALARM(Outage))))",
    );
    expect(rule("Behind")).toBe(
      "((ALARM(QueueAge) OR ALARM(Stopped) OR ALARM(BacklogVisible) OR ALARM(BacklogHidden)) AND (NOT (ALARM(Outage))))",
    );
  });

  it("works out shares of its own attempts and queue", () => {
    const metrics = JSON.stringify(property(named(`${consumer}/AttemptsFail`), "Metrics"));
    expect(metrics).toContain("100 * failed / (failed + applied)");
    expect(metrics.match(new RegExp(`"Value":"${service}"`, "g"))).toHaveLength(3);
    const stopped = JSON.stringify(property(named(`${consumer}/Stopped`), "Metrics"));
    expect(stopped.match(new RegExp(`"${source.id}","QueueName"`, "g"))).toHaveLength(3);
  });
});

describe("on the way to the consumers", () => {
  const [relay] = mappingsFrom(template, "AWS::DynamoDB::Table");
  const service = String(variable(relay!.handler, "POWERTOOLS_SERVICE_NAME"));

  it("rings when the relay is behind, long before the stream forgets", () => {
    const [milliseconds] = thresholds("IteratorAge", { FunctionName: `<${relay!.handler.id}>` });
    expect(milliseconds! / 3_600_000).toBeLessThan(2);
  });

  it("rings when the relay cannot publish, or is not called though orders are taken", () => {
    expect(thresholds("Failed", { service })).toEqual([1]);
    const stopped = JSON.stringify(property(named("relay/Stopped"), "Metrics"));
    expect(stopped).toContain('"MetricName":"Accepted"');
    expect(stopped).toContain('"MetricName":"Published"');
    expect(ruleOf(named("relay/Behind"))).toBe(
      "(ALARM(relay/IteratorAge) OR ALARM(relay/PublishFails) OR ALARM(relay/Stopped) OR ALARM(relay/StoppedWhileSlack))",
    );
  });

  it("rings when the relay parks an entry, and at once", () => {
    const url = flatten(variable(relay!.handler, "PARKING_QUEUE_URL"));
    expect(thresholds(VISIBLE, { QueueName: url })).toEqual([1]);
    expect(thresholds("Unsendable", { service })).toEqual([1]);
  });

  it("rings when a subscription fails", () => {
    const topic = template.ofType("AWS::SNS::Topic").find((each) => property(each, "FifoTopic"));
    const TopicName = `<${topic!.id}>`;
    for (const metric of ["NumberOfNotificationsFailed", FAILED_REDRIVE]) {
      expect(thresholds(metric, { TopicName }), metric).toEqual([1]);
    }
  });

  it("combines what keeps an event from any consumer, a consumer added from outside too", () => {
    const stuck = (from: typeof template) => {
      const [bus] = from
        .ofType("AWS::CloudWatch::CompositeAlarm")
        .filter((alarm) => nameOf(alarm) === "bus/Stuck");
      return JSON.stringify(property(bus, "AlarmRule"));
    };
    const rule = ruleOf(named("bus/Stuck"));
    const consumers = consumersOf(template).map(({ handler }) => variable(handler, "CONSUMER"));
    const before = ["relay/ParkingDepth", "relay/Unsendable", "topic/NotificationsFailed"];
    for (const part of [...before, ...consumers.map((name) => `${name}/UndeliveredDepth`)]) {
      expect(rule).toContain(`ALARM(${part})`);
    }
    const entry = "lambdas/consumers/inventory.ts";
    const extended = synthesize({ extend: (bus) => void bus.addConsumer("gift", { entry }) });
    expect(stuck(extended)).toContain("giftAlarmsUndeliveredDepth");
  });

  it("rings when the order API answers with faults of its own", () => {
    const api = template.ofType("AWS::Lambda::Function").find(({ path }) => path.includes("/Api/"));
    const of = { service: String(variable(api!, "POWERTOOLS_SERVICE_NAME")) };
    expect(thresholds("Error", of)).toEqual([1]);
    expect(thresholds("Busy", of)).toEqual([20]);
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

describe("the queue of a paused consumer", () => {
  it("fills on purpose, so its age rings nowhere", () => {
    const entry = "lambdas/consumers/inventory.ts";
    const paused = synthesize({
      extend: (bus) => void bus.addConsumer("gift", { entry, paused: true }),
    });
    const names = paused.ofType("AWS::CloudWatch::Alarm").map(nameOf);
    expect(names.filter((name) => name.startsWith("gift/"))).toContain("gift/BacklogVisible");
    expect(names).not.toContain("gift/QueueAge");
    expect(names).not.toContain("gift/Stopped");
  });
});
