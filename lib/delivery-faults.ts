import { fault, isFifo, kind, mismatch, property } from "./fault.ts";
import type { Resource, TemplateReader } from "./template-reader.ts";

export const queueFaults = (template: TemplateReader, queue: Resource): string[] => {
  const fifo = String(property(queue, "FifoQueue")) === "true";
  const deadLetters = property(queue, "RedrivePolicy", "deadLetterTargetArn");
  const partner = { what: "the dead-letter queue", fifo: isFifo(template, deadLetters ?? "") };
  const faults = deadLetters === undefined ? [] : mismatch(queue, fifo, partner);
  const scope = property(queue, "DeduplicationScope") ?? "not set";
  const limit = property(queue, "FifoThroughputLimit") ?? "not set";
  if ((limit === "perMessageGroupId") !== (scope === "messageGroup")) {
    faults.push(
      fault(queue, {
        what: "fifoThroughputLimit",
        is: `${limit} with deduplicationScope ${scope}`,
        allowed: "perMessageGroupId with messageGroup, or neither",
        fix: "Set both, or SQS silently gives the low throughput.",
      }),
    );
  }
  return faults;
};

const undeliveredFaults = (
  template: TemplateReader,
  subscription: Resource,
  fifo: boolean,
): string[] => {
  const undelivered = property(subscription, "RedrivePolicy", "deadLetterTargetArn");
  const what = "the subscription's dead-letter queue";
  if (undelivered !== undefined) {
    return mismatch(subscription, fifo, { what, fifo: isFifo(template, undelivered) });
  }
  return [
    fault(subscription, {
      what,
      is: "missing",
      allowed: `a ${kind(fifo)} queue`,
      fix: "Name one as `deadLetterQueue`, or SNS drops what the subscribed queue refuses.",
    }),
  ];
};

export const subscriptionFaults = (template: TemplateReader, subscription: Resource): string[] => {
  const faults: string[] = [];
  const filter = property(subscription, "FilterPolicy");
  if (filter !== undefined) {
    faults.push(
      fault(subscription, {
        what: "the filter policy",
        is: JSON.stringify(filter),
        allowed: "none",
        fix: "Remove it and let the consumer ignore what it does not handle: it needs every sequence number, and with a filter SNS delivers at most once.",
      }),
    );
  }
  if (property(subscription, "Protocol") !== "sqs") return faults;
  const topicFifo = isFifo(template, property(subscription, "TopicArn"));
  const fifo = isFifo(template, property(subscription, "Endpoint"));
  return [
    ...faults,
    ...mismatch(subscription, topicFifo, { what: "the subscribed queue", fifo }),
    ...undeliveredFaults(template, subscription, fifo),
  ];
};
