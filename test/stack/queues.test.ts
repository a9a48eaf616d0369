import { describe, expect, it } from "vitest";
import {
  consumersOf,
  deadLettersOf,
  flatten,
  must,
  property,
  subscriptionOf,
  synthesize,
} from "./synthesize.ts";

const template = synthesize();
const queues = template.ofType("AWS::SQS::Queue");
const subscriptions = template.ofType("AWS::SNS::Subscription");
const fourteenDays = 14 * 24 * 3_600;

describe.each(consumersOf(template))(
  "the queue of $source.path",
  ({ source, handler, mapping }) => {
    const deadLetters = deadLettersOf(template, source);
    const subscription = subscriptionOf(template, source);
    const undelivered = deadLettersOf(template, subscription);

    it("T10 hides a message for at least 6 times as long as its function may run", () => {
      const visibility = Number(property(source, "VisibilityTimeout"));
      expect(visibility / Number(property(handler, "Timeout"))).toBeGreaterThanOrEqual(6);
    });

    it("is FIFO with both attributes of high throughput", () => {
      expect(source.body.Properties).toMatchObject({
        FifoQueue: true,
        DeduplicationScope: "messageGroup",
        FifoThroughputLimit: "perMessageGroupId",
      });
    });

    it("has a FIFO dead-letter queue that no other queue or subscription uses", () => {
      expect(property(deadLetters, "FifoQueue")).toBe(property(source, "FifoQueue"));
      const users = [...queues, ...subscriptions].filter(
        (each) =>
          template.follow(property(each, "RedrivePolicy", "deadLetterTargetArn"))?.id ===
          deadLetters.id,
      );
      expect(users).toEqual([source]);
    });

    it("has a dead-letter queue that takes from this queue only", () => {
      const policy = property(deadLetters, "RedriveAllowPolicy") as { sourceQueueArns: unknown[] };
      expect(policy).toMatchObject({ redrivePermission: "byQueue" });
      expect(policy.sourceQueueArns.map((arn) => flatten(arn).split(":").at(-1))).toEqual([
        property(source, "QueueName"),
      ]);
    });

    it("is subscribed with raw delivery and no filter", () => {
      expect(subscription.body.Properties).toMatchObject({
        Protocol: "sqs",
        RawMessageDelivery: true,
      });
      expect(property(subscription, "FilterPolicy")).toBeUndefined();
    });

    it("T29 has a second FIFO dead-letter queue for what SNS cannot deliver", () => {
      expect(property(undelivered, "FifoQueue")).toBe(property(source, "FifoQueue"));
      expect([source.id, deadLetters.id]).not.toContain(undelivered.id);
      const users = [...queues, ...subscriptions].filter(
        (each) =>
          template.follow(property(each, "RedrivePolicy", "deadLetterTargetArn"))?.id ===
          undelivered.id,
      );
      expect(users).toEqual([subscription]);
    });

    it("keeps events and dead letters for 14 days", () => {
      for (const queue of [source, deadLetters, undelivered]) {
        expect(property(queue, "MessageRetentionPeriod")).toBe(fourteenDays);
      }
    });

    it("T6 is read ten at a time by a function that reports each failed event", () => {
      expect(mapping.body.Properties).toMatchObject({
        BatchSize: 10,
        Enabled: true,
        FunctionResponseTypes: ["ReportBatchItemFailures"],
      });
      const limit = Number(property(mapping, "ScalingConfig", "MaximumConcurrency"));
      expect(limit).toBeGreaterThanOrEqual(2);
    });
  },
);

describe("the topic and the queues", () => {
  it("lets only the topic send to a subscribed queue and its dead-letter queue", () => {
    const topic = template.ofType("AWS::SNS::Topic").find((each) => property(each, "FifoTopic"));
    for (const subscription of subscriptions) {
      const targets = [
        property(subscription, "Endpoint"),
        property(subscription, "RedrivePolicy", "deadLetterTargetArn"),
      ];
      for (const target of targets.map((each) => must(template, each))) {
        expect(allowed(target.id)).toEqual([
          expect.objectContaining({
            Action: "sqs:SendMessage",
            Principal: { Service: "sns.amazonaws.com" },
            Condition: { ArnEquals: { "aws:SourceArn": { Ref: topic?.id } } },
          }),
        ]);
      }
    }
  });

  it("encrypts every queue at rest", () => {
    for (const queue of queues)
      expect(property(queue, "SqsManagedSseEnabled"), queue.path).toBe(true);
  });

  it("refuses every call without TLS", () => {
    const policies = ["AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"].flatMap(template.ofType);
    const guarded = policies
      .filter((policy) =>
        statements(policy.body.Properties).some(
          ({ Effect, Condition }) =>
            Effect === "Deny" &&
            JSON.stringify(Condition) === `{"Bool":{"aws:SecureTransport":"false"}}`,
        ),
      )
      .flatMap((policy) => (property(policy, "Queues") ?? property(policy, "Topics")) as unknown[])
      .map((reference) => must(template, reference).id);
    const all = [...queues, ...template.ofType("AWS::SNS::Topic")].map(({ id }) => id);
    expect(guarded.toSorted()).toEqual(all.toSorted());
  });

  it("T28 deduplicates within an order, and by the event's id alone", () => {
    const topics = template.ofType("AWS::SNS::Topic").filter((each) => property(each, "FifoTopic"));
    for (const topic of topics) {
      expect(topic.body.Properties).toMatchObject({
        FifoThroughputScope: "MessageGroup",
        ContentBasedDeduplication: false,
      });
    }
  });
});

type Statement = { readonly Effect: string; readonly Condition?: unknown };

function statements(properties: unknown): Statement[] {
  return (properties as { PolicyDocument: { Statement: Statement[] } }).PolicyDocument.Statement;
}

function allowed(queueId: string): Statement[] {
  return template
    .ofType("AWS::SQS::QueuePolicy")
    .filter((policy) => JSON.stringify(property(policy, "Queues")).includes(`"${queueId}"`))
    .flatMap((policy) => statements(policy.body.Properties))
    .filter(({ Effect }) => Effect === "Allow");
}
