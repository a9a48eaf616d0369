import type { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { beforeEach, describe, expect, it } from "vitest";
import { createMetricStore, type MetricStore } from "../../local/alarms/metric-store.ts";
import { createRuntimeMeter } from "../../local/alarms/runtime-meter.ts";

const ARN = "arn:aws:sqs:us-east-1:000000000000:orders.fifo";
const HOUR = { fromMs: 0, toMs: 3_600_000 };

let store: MetricStore;
let meter: ReturnType<typeof createRuntimeMeter>;
let attributes: Record<string, string>;
let nowMs: number;

const ofQueue = (name: string, stat: string) => {
  const metric = { namespace: "AWS/SQS", name, dimensions: { QueueName: "orders.fifo" } };
  return store.statistic(metric, stat, HOUR);
};
const ofFunction = (name: string, stat: string) => {
  const metric = { namespace: "AWS/Lambda", name, dimensions: { FunctionName: "fraud" } };
  return store.statistic(metric, stat, HOUR);
};

beforeEach(() => {
  nowMs = 60_000;
  attributes = { ApproximateNumberOfMessages: "3", ApproximateNumberOfMessagesNotVisible: "2" };
  store = createMetricStore(60_000);
  const sqs = {
    send: async ({ input }: GetQueueAttributesCommand) => {
      expect(input.QueueUrl).toBe("http://sqs/orders.fifo");
      return { Attributes: attributes };
    },
  } as unknown as SQSClient;
  const queueUrls = new Map([[ARN, "http://sqs/orders.fifo"]]);
  meter = createRuntimeMeter({ store, sqs, queueUrls, clock: () => nowMs });
});

describe("a function", () => {
  it("has its calls, failures and throttles counted as Lambda does: a throttle is no call", () => {
    meter.invoked("fraud", { kind: "returned", payload: "" }, 10);
    meter.invoked("fraud", { kind: "failed", error: { errorType: "", errorMessage: "" } }, 30);
    meter.invoked("fraud", { kind: "initFailed", error: { errorType: "", errorMessage: "" } }, 20);
    meter.invoked("fraud", { kind: "throttled" }, 0);
    expect(ofFunction("Invocations", "Sum")).toBe(3);
    expect(ofFunction("Errors", "Sum")).toBe(2);
    expect(ofFunction("Throttles", "Sum")).toBe(1);
    expect(ofFunction("Duration", "Average")).toBe(20);
  });

  it("of a stream tells how old its batches are", () => {
    meter.readStream("fraud", 1_500);
    meter.readStream("fraud", -20);
    expect(ofFunction("IteratorAge", "Maximum")).toBe(1_500);
    expect(ofFunction("IteratorAge", "Minimum")).toBe(0);
  });
});

describe("a queue", () => {
  it("is measured when asked, as SQS does every minute", async () => {
    await meter.sample();
    expect(ofQueue("ApproximateNumberOfMessagesVisible", "Maximum")).toBe(3);
    expect(ofQueue("ApproximateNumberOfMessagesNotVisible", "Maximum")).toBe(2);
    expect(ofQueue("NumberOfMessagesReceived", "Sum")).toBe(0);
  });

  it("has what was received counted, and the oldest of it timed", async () => {
    const receive = (sentAtMs: number, messageId: string) =>
      meter.received(ARN, [{ messageId, sentAtMs, receiveCount: 1 }]);
    receive(20_000, "a");
    receive(50_000, "b");
    await meter.sample();
    expect(ofQueue("NumberOfMessagesReceived", "Sum")).toBe(2);
    expect(ofQueue("ApproximateAgeOfOldestMessage", "Maximum")).toBe(40);
    meter.deleted(ARN, ["a"]);
    nowMs = 120_000;
    await meter.sample();
    expect(ofQueue("ApproximateAgeOfOldestMessage", "Maximum")).toBe(70);
  });

  it("forgets what the next receive moves to its dead-letter queue", async () => {
    attributes.RedrivePolicy = JSON.stringify({ maxReceiveCount: 2 });
    meter.received(ARN, [{ messageId: "dead", sentAtMs: 0, receiveCount: 2 }]);
    await meter.sample();
    expect(ofQueue("ApproximateAgeOfOldestMessage", "Maximum")).toBe(0);
  });
});
