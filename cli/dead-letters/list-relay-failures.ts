import { queueCounts } from "../queue-depth.ts";
import type { Stage } from "../stage-clients.ts";
import { hideLetters, receiveMessages } from "./receive-letters.ts";
import { type RelayFailure, readRelayFailure } from "./relay-failure.ts";

export type RelayEntry = {
  readonly messageId: string;
  readonly sinceMs: number;
  readonly failure: RelayFailure;
};

export type RelayFailures = {
  readonly entries: readonly RelayEntry[];
  /** What the queue itself says; more than there are entries when somebody else holds some. */
  readonly depth: number;
};

export type HeldEntry = RelayEntry & { readonly receiptHandle: string };

/** Time for all of it to be read; a killed run's entries are back after this. */
const HIDE_SECONDS = 300;
const RENEW_MS = (HIDE_SECONDS * 1_000) / 3;

export const parkingQueueUrl = ({ outputs }: Stage): string => {
  const { ParkingQueueUrl, stackName } = outputs;
  if (ParkingQueueUrl !== undefined) return ParkingQueueUrl;
  throw new Error(`${stackName} has no ParkingQueueUrl in its outputs; deploy this version again`);
};

export type Look = {
  /** About so many at most, of a queue that holds more. */
  readonly most?: number;
  readonly signal?: AbortSignal | undefined;
};

/** All that is there, hidden from others until it is released or removed. */
export const holdRelayFailures = async (
  stage: Stage,
  { most = Number.POSITIVE_INFINITY, signal }: Look = {},
): Promise<{ readonly held: readonly HeldEntry[]; readonly depth: number }> => {
  const url = parkingQueueUrl(stage);
  const { waiting, inFlight } = await queueCounts(stage.sqs, url);
  const held = new Map<string, HeldEntry>();
  while (held.size < Math.min(waiting, most) && !signal?.aborted) {
    const messages = await receiveMessages(stage.sqs, url, { hideSeconds: HIDE_SECONDS });
    if (messages.length === 0) break;
    for (const { MessageId = "", ReceiptHandle = "", Body = "", Attributes } of messages) {
      held.set(MessageId, {
        messageId: MessageId,
        receiptHandle: ReceiptHandle,
        sinceMs: Number(Attributes?.SentTimestamp ?? 0),
        failure: readRelayFailure(Body),
      });
    }
  }
  const oldestFirst = [...held.values()].sort((a, b) => a.sinceMs - b.sinceMs);
  return { held: oldestFirst, depth: waiting + inFlight };
};

const hideEntries = (stage: Stage, entries: readonly HeldEntry[], seconds: number): Promise<void> =>
  hideLetters(
    stage.sqs,
    parkingQueueUrl(stage),
    entries.map(({ receiptHandle }) => receiptHandle),
    seconds,
  );

/** Work on a large table takes longer than one hiding: it is renewed until the work is over. */
export const whileHeld = async <T>(
  stage: Stage,
  entries: readonly HeldEntry[],
  work: () => Promise<T>,
): Promise<T> => {
  let renewed = Promise.resolve();
  const renew = () => {
    renewed = hideEntries(stage, entries, HIDE_SECONDS);
  };
  const timer = setInterval(renew, RENEW_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await renewed;
    // What was removed is no longer there to be released.
    await hideEntries(stage, entries, 0);
  }
};

/** Writes nothing but the visibility of what it looked at. */
export const listRelayFailures = async (stage: Stage, look: Look = {}): Promise<RelayFailures> => {
  const { held, depth } = await holdRelayFailures(stage, look);
  await hideEntries(stage, held, 0);
  return { entries: held.map(({ receiptHandle: _, ...entry }) => entry), depth };
};
