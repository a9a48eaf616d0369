/**
 * A message that SQS sent back from a dead-letter queue is a new message on AWS, with an id and an
 * enqueue time of its own (2.12). LocalStack 4.14.0 sends the old one, and to a consumer that is the
 * life that it has decided dead. So it gets here what AWS would have given it.
 */
import type { Message } from "@aws-sdk/client-sqs";
import { deterministicUuid } from "./physical-name.ts";

/**
 * Only a message that was moved has a source, and here it was received from a queue that is read by
 * a function, so it has come back. Its sequence number is its enqueueing's own, and both the number
 * and the time of the first receive stay the same as often as it is received.
 */
export const redrivenMessage = (message: Message): Message => {
  const { MessageId = "", Attributes = {} } = message;
  const { DeadLetterQueueSourceArn, SequenceNumber, ApproximateFirstReceiveTimestamp } = Attributes;
  if (!DeadLetterQueueSourceArn || !SequenceNumber || !ApproximateFirstReceiveTimestamp) {
    return message;
  }
  return {
    ...message,
    MessageId: deterministicUuid(MessageId, SequenceNumber),
    Attributes: { ...Attributes, SentTimestamp: ApproximateFirstReceiveTimestamp },
  };
};
