import { type CfnResource, Duration } from "aws-cdk-lib";
import { EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import { SubscriptionFilter } from "aws-cdk-lib/aws-sns";
import { SqsSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Queue } from "aws-cdk-lib/aws-sqs";
import type { IConstruct } from "constructs";
import { describe, expect, it } from "vitest";
import type { OrderEventBus } from "../../lib/order-event-bus.ts";
import { type Synthesis, synthesize } from "./synthesize.ts";

const override = (construct: IConstruct, name: string, value: unknown): void =>
  (construct.node.defaultChild as CfnResource).addPropertyOverride(name, value);

const inventory = (bus: OrderEventBus) => bus.consumers[0]!;

const refusal = (given: Synthesis): string => {
  try {
    synthesize(given);
  } catch (error) {
    return String(error);
  }
  return "not refused";
};

type Case = readonly [title: string, given: Synthesis, ...told: string[]];

const settings: Case[] = [
  [
    "a visibility timeout under 6 times the timeout",
    { overrides: { visibilityTimeoutSeconds: 179, outageFloorSeconds: 0 } },
    "the visibility timeout is 179 s",
    "at least 180 s, 6 times the function's timeout of 30 s",
    "Raise visibilityTimeoutSeconds to 180, or lower timeoutSeconds to 29.",
  ],
  [
    "a maxReceiveCount without margin over the attempts",
    { overrides: { maxReceiveCount: 28, outageFloorSeconds: 0 } },
    "maxReceiveCount is 28",
    "at least 29 for 8 attempts over 600 s",
    "Raise maxReceiveCount to 29, or lower failureRules.attempts or failureRules.failingSeconds",
  ],
  [
    "attempts that come too close to maxReceiveCount",
    { overrides: { failureRules: { attempts: 28 } } },
    "maxReceiveCount is 60",
    "at least 61 for 28 attempts over 600 s",
    "Raise maxReceiveCount to 61",
  ],
  [
    "an outage bound of less than 3 hours",
    { overrides: { maxReceiveCount: 59 } },
    "maxReceiveCount 59 × visibility timeout 180 s is 10620 s (2.95 h)",
    "at least outageFloorSeconds, 10800 s (3 h)",
    "Raise maxReceiveCount to 60, or visibilityTimeoutSeconds",
  ],
  [
    "a concurrency for a consumer that does not exist",
    { overrides: { maxConcurrency: { inventry: 5 } } },
    "settings.maxConcurrency.inventry is 5",
    "default, inventory, loyalty",
    "Correct the name.",
  ],
];

const hatches: Case[] = [
  [
    "a standard dead-letter queue on a FIFO queue",
    { extend: (bus) => override(inventory(bus).queues.deadLetters, "FifoQueue", undefined) },
    "the dead-letter queue is standard",
    "allowed: FIFO",
    "Give it `fifo: true`",
  ],
  [
    "a standard dead-letter queue on a subscription",
    { extend: (bus) => override(inventory(bus).queues.undelivered, "FifoQueue", undefined) },
    "the subscription's dead-letter queue is standard",
    "allowed: FIFO",
    "Give it `fifo: true`",
  ],
  [
    "a subscription without a dead-letter queue",
    { extend: (bus) => override(inventory(bus).subscription!, "RedrivePolicy", undefined) },
    "the subscription's dead-letter queue is missing",
    "a FIFO queue",
    "Name one as `deadLetterQueue`",
  ],
  [
    "a queue without a dead-letter queue",
    { extend: (bus) => override(inventory(bus).queues.queue, "RedrivePolicy", undefined) },
    "the dead-letter queue is missing",
    "a FIFO queue of its own",
    "Name one as `deadLetterQueue`",
  ],
  [
    "half of high throughput",
    { extend: (bus) => override(inventory(bus).queues.queue, "DeduplicationScope", undefined) },
    "fifoThroughputLimit is perMessageGroupId with deduplicationScope not set",
    "perMessageGroupId with messageGroup, or neither",
    "Set both",
  ],
  [
    "a mapping without partial batch responses",
    { extend: (bus) => override(inventory(bus).mapping, "FunctionResponseTypes", undefined) },
    "the list of function response types is []",
    `["ReportBatchItemFailures"]`,
    "Set `reportBatchItemFailures: true`",
  ],
  [
    "a stream mapping without partial batch responses",
    { extend: (bus) => override(bus.relay.mapping, "FunctionResponseTypes", undefined) },
    "Relay/Stream/Resource: the list of function response types is []",
    `["ReportBatchItemFailures"]`,
    "Set `reportBatchItemFailures: true`",
  ],
  [
    "a FIFO failure destination on the stream",
    { extend: (bus) => override(bus.relay.parkingQueue, "FifoQueue", true) },
    "the failure destination is FIFO",
    "a standard queue, a standard topic or a bucket",
    "Name a queue without `fifo: true`",
  ],
  [
    "a filter policy set by hand",
    {
      extend: (bus) => override(inventory(bus).subscription!, "FilterPolicy", { type: ["paid"] }),
    },
    `the filter policy is {"type":["paid"]}`,
    "allowed: none",
    "Remove it and let the consumer ignore what it does not handle",
  ],
  [
    "a filter on a queue's mapping",
    { extend: (bus) => override(inventory(bus).mapping, "FilterCriteria", { Filters: [] }) },
    `the filter is {"Filters":[]}`,
    "allowed: none",
    "Remove it: Lambda deletes what it filters out",
  ],
];

const beside: Case[] = [
  [
    "a standard queue on the FIFO topic",
    {
      extend: (bus) => {
        const queue = new Queue(bus, "Mine");
        const deadLetterQueue = new Queue(bus, "MineDead");
        bus.topic.topic.addSubscription(new SqsSubscription(queue, { deadLetterQueue }));
      },
    },
    "the subscribed queue is standard",
    "allowed: FIFO",
    "Give it `fifo: true`",
  ],
  [
    "a filter policy on a further subscription",
    {
      extend: (bus) => {
        const filterPolicy = { type: SubscriptionFilter.existsFilter() };
        const queue = new Queue(bus, "Mine", { fifo: true });
        const deadLetterQueue = new Queue(bus, "MineDead", { fifo: true });
        const subscription = new SqsSubscription(queue, { filterPolicy, deadLetterQueue });
        bus.topic.topic.addSubscription(subscription);
      },
    },
    `the filter policy is {"type":[{"exists":true}]}`,
    "allowed: none",
    "Remove it",
  ],
  [
    "a mapping of the user's own that ignores the answer and hides too briefly",
    {
      extend: (bus) => {
        const queue = new Queue(bus, "Mine", { visibilityTimeout: Duration.seconds(60) });
        const target = inventory(bus).handler.function;
        new EventSourceMapping(bus, "Map", { target, eventSourceArn: queue.queueArn });
      },
    },
    "Mine/Resource: the visibility timeout is 60 s",
    "at least 180 s",
    "Set `reportBatchItemFailures: true`",
  ],
  [
    "a FIFO dead-letter queue from elsewhere on a standard queue",
    {
      extend: (bus) => {
        const arn = "arn:aws:sqs:eu-west-1:111122223333:elsewhere.fifo";
        const queue = Queue.fromQueueArn(bus, "Elsewhere", arn);
        const mine = new Queue(bus, "Mine");
        override(mine, "RedrivePolicy", {
          deadLetterTargetArn: queue.queueArn,
          maxReceiveCount: 60,
        });
      },
    },
    "the dead-letter queue is FIFO",
    "allowed: standard",
    "Give it `fifo: false`",
  ],
];

describe("synthesis refuses, with the value and the fix,", () => {
  const cases = [...settings, ...hatches, ...beside];
  it.each(cases.map(([title, given, ...told]) => ({ title, given, told })))("$title", (each) => {
    const { given, told } = each;
    const message = refusal(given);
    for (const words of told) expect(message).toContain(words);
  });

  it("nothing in the stack as it stands", () => {
    expect(refusal({})).toBe("not refused");
    expect(refusal({ stage: "prod" })).toBe("not refused");
  });

  it("nothing in a stage for tests that dead-letters within seconds", () => {
    const failureRules = { attempts: 2, failingSeconds: 0, bounceSeconds: 0 };
    const overrides = {
      failureRules,
      maxReceiveCount: 9,
      timeoutSeconds: 2,
      outageFloorSeconds: 0,
    };
    expect(refusal({ overrides })).toBe("not refused");
  });
});
