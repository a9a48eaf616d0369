/**
 * The SNS FIFO topic. Group id = order id, deduplication id = event id, so the topic keeps an
 * order's events in order and drops what is sent again within 5 minutes (1.9).
 *
 * A 200 may hide failed entries (1.6), so every entry's own result is read, and an entry without
 * one counts as failed. Only a code that condemns the entry itself makes it `unsendable`: a missing
 * permission, a key, a throttle or a missing topic is mended elsewhere, and the entry is still good.
 */
import {
  type BatchResultErrorEntry,
  PublishBatchCommand,
  type PublishBatchCommandOutput,
  type SNSClient,
} from "@aws-sdk/client-sns";
import type { OrderTopic, Publication, PublishResult } from "../core/ports.ts";

/** SNS spells one fault with and without `Exception`, in a thrown error and in an entry's code. */
const CONDEMNING = new Set([
  "BatchRequestTooLong",
  "InvalidMessageContents",
  "InvalidParameter",
  "InvalidParameterValue",
  "MessageTooLong",
  "ParameterValueInvalid",
  "Validation",
  "ValidationError",
]);

const toEntry = (publication: Publication, index: number) => ({
  Id: String(index),
  Message: publication.body,
  MessageGroupId: publication.orderId,
  MessageDeduplicationId: publication.eventId,
});

const isCondemning = (code: string, message: string): boolean =>
  // A wrong topic is a fault of the deployment: it must not condemn every order of the shop.
  CONDEMNING.has(code.replace(/Exception$/, "")) && !/topic/i.test(message);

const ofFailedEntry = ({ Code, Message, SenderFault }: BatchResultErrorEntry): PublishResult => {
  const error = { name: Code ?? "Unknown", message: Message ?? "" };
  const condemned = SenderFault === true && isCondemning(error.name, error.message);
  return { kind: condemned ? "unsendable" : "failed", error };
};

const toResults = (
  entries: readonly Publication[],
  { Successful = [], Failed = [] }: PublishBatchCommandOutput,
): readonly PublishResult[] =>
  entries.map((_, index) => {
    const failed = Failed.find(({ Id }) => Id === String(index));
    if (failed !== undefined) return ofFailedEntry(failed);
    if (Successful.some(({ Id }) => Id === String(index))) return { kind: "published" };
    return { kind: "failed", error: { name: "NoResult", message: "SNS told nothing of it" } };
  });

export const snsOrderTopic = (client: Pick<SNSClient, "send">, topicArn: string): OrderTopic => {
  const publish = async (entries: readonly Publication[]): Promise<readonly PublishResult[]> => {
    try {
      const command = new PublishBatchCommand({
        TopicArn: topicArn,
        PublishBatchRequestEntries: entries.map(toEntry),
      });
      return toResults(entries, await client.send(command));
    } catch (cause) {
      const { name, message } = cause instanceof Error ? cause : { name: "Thrown", message: "" };
      const error = { name, message };
      if (!isCondemning(name, message)) return entries.map(() => ({ kind: "failed", error }));
      if (entries.length <= 1) return entries.map(() => ({ kind: "unsendable", error }));
      // The call was refused as a whole: one by one, only the culprit is.
      const singles: PublishResult[] = [];
      for (const entry of entries) singles.push(...(await publish([entry])));
      return singles;
    }
  };
  return { publish };
};
