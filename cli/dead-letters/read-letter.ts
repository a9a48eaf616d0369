import type { Message } from "@aws-sdk/client-sqs";
import { readArrival } from "../../lambdas/core/arrival.ts";
import type { Letter } from "./dead-letter.ts";

/** A received message as a letter; its place is judged by the body alone, as a consumer does. */
export const readLetter = (message: Message): Letter => {
  const { MessageId = "", ReceiptHandle = "", Body = "", Attributes = {} } = message;
  const arrival = readArrival({
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    receiveCount: Number(Attributes.ApproximateReceiveCount ?? 1),
    sentAtMs: Number(Attributes.SentTimestamp ?? 0),
    body: Body,
  });
  const { orderId, sequence, eventType } = arrival;
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    sentAtMs: arrival.message.sentAtMs,
    groupId: Attributes.MessageGroupId ?? (orderId.startsWith("#") ? MessageId : orderId),
    orderId,
    sequence,
    ...(eventType === undefined ? {} : { eventType }),
    body: Body,
  };
};
