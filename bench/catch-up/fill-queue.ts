/** Fills one consumer's queue past the topic: what the topic would bring, for that consumer alone. */
import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Publication } from "../../lambdas/core/ports.ts";

/** SQS's limit for a batch. */
const AT_ONCE = 10;

/** One call after the other, so that an order's events lie in the queue in their sequence. */
export const fillQueue = async (
  sqs: SQSClient,
  QueueUrl: string,
  events: Iterable<Publication>,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> => {
  let batch: Publication[] = [];
  const send = async () => {
    if (batch.length === 0) return;
    const Entries = batch.map(({ orderId, eventId, body }, index) => ({
      ...{ Id: `${index}`, MessageBody: body },
      ...{ MessageGroupId: orderId, MessageDeduplicationId: eventId },
    }));
    const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    if (Failed.length > 0) throw new Error(`${Failed.length} messages were not taken`);
    batch = [];
  };
  for (const event of events) {
    signal.throwIfAborted();
    batch.push(event);
    if (batch.length === AT_ONCE) await send();
  }
  await send();
};
