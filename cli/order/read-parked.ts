/**
 * What the relay could not send of one order, as its parking queue has it. SQS has no way to look
 * without receiving: what was looked at is hidden for some seconds, and let go at the end.
 */
import {
  ChangeMessageVisibilityBatchCommand,
  type Message,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import * as v from "valibot";
import type { Stage } from "../stage-clients.ts";

export type ParkedEntry = {
  /** From this event on nothing of the order was sent. */
  readonly sequence: number;
  readonly error: { readonly name: string; readonly message: string };
};

const entrySchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({
    orderId: v.string(),
    sequence: v.number(),
    error: v.object({ name: v.string(), message: v.string() }),
  }),
);

const HIDE_SECONDS = 20;
const AT_A_TIME = 10;
/** More than that is an outage of the relay, and not one order's affair. */
const MOST_MESSAGES = 1_000;

const release = async ({ sqs }: Stage, QueueUrl: string, messages: readonly Message[]) => {
  for (let first = 0; first < messages.length; first += AT_A_TIME) {
    const Entries = messages.slice(first, first + AT_A_TIME).map(({ ReceiptHandle }, index) => ({
      ...{ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 },
    }));
    // What cannot be released comes back by itself.
    await sqs
      .send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries }))
      .catch(() => undefined);
  }
};

const entryOf = ({ Body }: Message, orderId: string): ParkedEntry[] => {
  const read = v.safeParse(entrySchema, Body);
  if (!read.success || read.output.orderId !== orderId) return [];
  const { sequence, error } = read.output;
  return [{ sequence, error }];
};

/** Entries of an order, lowest first. Of a very full queue only a part is looked at. */
export const readParked = async (
  stage: Stage,
  orderId: string,
): Promise<readonly ParkedEntry[]> => {
  const { ParkingQueueUrl: QueueUrl } = stage.outputs;
  if (QueueUrl === undefined) return [];
  const looked: Message[] = [];
  try {
    while (looked.length < MOST_MESSAGES) {
      const { Messages = [] } = await stage.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: AT_A_TIME,
          VisibilityTimeout: HIDE_SECONDS,
          // A long poll asks all servers of a standard queue, a short one only some.
          WaitTimeSeconds: 1,
        }),
      );
      if (Messages.length === 0) break;
      looked.push(...Messages);
    }
  } finally {
    await release(stage, QueueUrl, looked);
  }
  return looked
    .flatMap((message) => entryOf(message, orderId))
    .sort((a, b) => a.sequence - b.sequence);
};
