/** Sends letters on and removes them: each only after its send is confirmed. */
import { randomUUID } from "node:crypto";
import {
  DeleteMessageBatchCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { Letter } from "./dead-letter.ts";
import { BATCH } from "./receive-letters.ts";

/** A call takes 1 MiB (2.5), and a letter may be as large. */
const CALL_BYTES = 1_000_000;
const TRIES = 3;

export type Sent = {
  /** With the id that the queue gave to the new message. */
  readonly confirmed: readonly { readonly letter: Letter; readonly newMessageId: string }[];
  readonly failed: readonly { readonly letter: Letter; readonly code: string }[];
};

const packed = (letters: readonly Letter[]): Letter[][] => {
  const calls: Letter[][] = [];
  let bytes = 0;
  for (const letter of letters) {
    const size = Buffer.byteLength(letter.body);
    const last = calls.at(-1);
    if (last !== undefined && last.length < BATCH && bytes + size <= CALL_BYTES) {
      last.push(letter);
      bytes += size;
    } else {
      calls.push([letter]);
      bytes = size;
    }
  }
  return calls;
};

const sendCall = async (sqs: SQSClient, queueUrl: string, letters: readonly Letter[]) => {
  const Entries = letters.map(({ body, groupId }, index) => ({
    Id: String(index),
    MessageBody: body,
    MessageGroupId: groupId,
    // The old one is remembered for five minutes and would swallow the message, without a word (2.8).
    MessageDeduplicationId: randomUUID(),
  }));
  try {
    return await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  } catch (error) {
    const Code = error instanceof Error ? error.name : "Thrown";
    // Perhaps sent all the same: it stays here, and is a copy then.
    return { Successful: [], Failed: Entries.map(({ Id }) => ({ Id, Code })) };
  }
};

/** At most one letter of an order; never throws. */
export const sendLetters = async (
  sqs: SQSClient,
  queueUrl: string,
  letters: readonly Letter[],
): Promise<Sent> => {
  const confirmed: Sent["confirmed"][number][] = [];
  const failed: Sent["failed"][number][] = [];
  for (const call of packed(letters)) {
    const { Successful = [], Failed = [] } = await sendCall(sqs, queueUrl, call);
    const codes = new Map(Failed.map(({ Id, Code }) => [Id, Code]));
    const ids = new Map(Successful.map(({ Id, MessageId }) => [Id, MessageId]));
    for (const [index, letter] of call.entries()) {
      const newMessageId = ids.get(String(index));
      // Only what is named as sent is sent.
      if (newMessageId !== undefined) confirmed.push({ letter, newMessageId });
      else failed.push({ letter, code: codes.get(String(index)) ?? "NoAnswer" });
    }
  }
  return { confirmed, failed };
};

/** Answers what could not be removed: it comes back when its time is over, as a copy. Never throws. */
export const removeMessages = async <T extends Pick<Letter, "receiptHandle">>(
  sqs: SQSClient,
  queueUrl: string,
  messages: readonly T[],
): Promise<readonly T[]> => {
  let left = messages;
  for (let tried = 0; left.length > 0 && tried < TRIES; tried++) {
    const again: T[] = [];
    for (let start = 0; start < left.length; start += BATCH) {
      const call = left.slice(start, start + BATCH);
      const Entries = call.map(({ receiptHandle }, index) => ({
        ...{ Id: String(index), ReceiptHandle: receiptHandle },
      }));
      const command = new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries });
      const answer = await sqs.send(command).catch(() => undefined);
      const gone = new Set((answer?.Successful ?? []).map(({ Id }) => Id));
      again.push(...call.filter((_, index) => !gone.has(String(index))));
    }
    left = again;
  }
  return left;
};
