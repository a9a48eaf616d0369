import type { Message } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { redrivenMessage } from "../../local/redriven-message.ts";

const SENT = "1000";
const FIRST_RECEIVED = "5000";

const message = (attributes: Record<string, string> = {}): Message => ({
  MessageId: "11111111-2222-3333-4444-555555555555",
  ReceiptHandle: "receipt",
  Body: "body",
  Attributes: {
    SentTimestamp: SENT,
    SequenceNumber: "7",
    ApproximateFirstReceiveTimestamp: FIRST_RECEIVED,
    ApproximateReceiveCount: "3",
    ...attributes,
  },
});
const back = (sequenceNumber: string) =>
  redrivenMessage(
    message({ DeadLetterQueueSourceArn: "arn:aws:sqs:q", SequenceNumber: sequenceNumber }),
  );

describe("a message as AWS would have sent it back", () => {
  it("is itself when it was never moved", () => {
    expect(redrivenMessage(message())).toEqual(message());
  });

  it("has a new id and a later time of sending when it was", () => {
    const { MessageId, Attributes, ReceiptHandle, Body } = back("8");
    expect(MessageId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(MessageId).not.toBe(message().MessageId);
    expect(Attributes).toMatchObject({ SentTimestamp: FIRST_RECEIVED, SequenceNumber: "8" });
    expect({ ReceiptHandle, Body }).toEqual({ ReceiptHandle: "receipt", Body: "body" });
  });

  it("keeps that id as often as it is received, and has another each time it is sent back", () => {
    expect(back("8").MessageId).toBe(back("8").MessageId);
    expect(back("9").MessageId).not.toBe(back("8").MessageId);
  });
});
