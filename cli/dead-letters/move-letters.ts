/**
 * One pass over a dead-letter queue: receives, sends on what the plan names, removes what is sent.
 *
 * What is not to be touched is hidden until the pass ends, or it would come again and again in front
 * of what is looked for; at the end it is released. Should this process be killed, all comes back by
 * itself: what was sent and not removed is then sent a second time, and the fence makes the second a
 * duplicate.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { type RateLimit, rateLimitOf } from "../limit-rate.ts";
import { queueCounts } from "../queue-depth.ts";
import type { Letter } from "./dead-letter.ts";
import {
  BATCH,
  hideLetters,
  LONG_POLL_SECONDS,
  LONGEST_HOLD_SECONDS,
  receiveLetters,
} from "./receive-letters.ts";
import { removeMessages, sendLetters } from "./send-letters.ts";
import {
  inWaves,
  judgeLetter,
  noteSent,
  type RunMemory,
  type UntouchedReason,
} from "./sort-letters.ts";

export type Move = {
  readonly sqs: SQSClient;
  readonly fromUrl: string;
  readonly toUrl: string;
  readonly memory: RunMemory;
  /** Without it as fast as it goes. */
  readonly ratePerSecond: number | undefined;
  /** Stops before the next receive; what is in hand is ended first. */
  readonly signal: AbortSignal;
  readonly onMoved?: (tally: MoveTally) => void;
};

type Untouched = {
  readonly orderId: string;
  readonly sequence: number;
  readonly receiptHandle: string;
  readonly reason: UntouchedReason;
};

export type MoveTally = {
  /** The plan's own letters, sent and confirmed. */
  moved: number;
  /** Copies of events that are applied or were sent in this run. */
  copies: number;
  removed: number;
  /** Sent, and not removed: they come again as copies. */
  undeleted: number;
  /** Sends that failed; each letter stayed where it was. */
  failedSends: number;
  /** Why the last of them did. */
  failure?: string;
  /** Without the gaps in which nothing came, but for a second of each. */
  seconds: number;
  /** Letters that were left, by message id. */
  readonly untouched: Map<string, Untouched>;
};

/** Enough to send and remove what was received; a killed run's letters are back after this. */
const HIDE_SECONDS = 30;
const LOOK_AGAIN_MS = 500;
const LONGEST_GAP_MS = 1_000;
/** A group in another worker's hands is free again in about so long. */
const GROUP_MS = 20;
/** Receives in vain, with nothing in hand, before it is believed that nothing comes. */
const EMPTY_RECEIVES = 2;
/** What somebody else hides is waited for so long: a killed run's letters, a look into the queue. */
const PATIENCE_MS = (HIDE_SECONDS + 10) * 1_000;

/** What is in hand must have had its turn long before it is visible again. */
const LONGEST_TURN_SECONDS = 5;
const MOST_IN_HAND = 8 * BATCH;

const mostInHand = (ratePerSecond = Number.POSITIVE_INFINITY): number =>
  Math.max(1, Math.min(MOST_IN_HAND, Math.floor(ratePerSecond * LONGEST_TURN_SECONDS)));

export const newTally = (): MoveTally => ({
  ...{ moved: 0, copies: 0, removed: 0, undeleted: 0, failedSends: 0, seconds: 0 },
  untouched: new Map(),
});

type Pass = { readonly move: Move; readonly tally: MoveTally; readonly limit: RateLimit };

const leave = async (
  { move, tally }: Pass,
  held: readonly { readonly letter: Letter; readonly reason: UntouchedReason }[],
): Promise<void> => {
  const again: string[] = [];
  for (const { letter, reason } of held) {
    const { messageId, orderId, sequence, receiptHandle } = letter;
    if (tally.untouched.has(messageId)) again.push(receiptHandle);
    tally.untouched.set(messageId, { orderId, sequence, receiptHandle, reason });
  }
  // What comes round again before the pass has ended is put away for longer: the pass is a long one.
  await hideLetters(move.sqs, move.fromUrl, again, LONGEST_HOLD_SECONDS);
};

/** Answers the letters whose send failed; nothing more of their orders may be sent. */
const sendOn = async (
  { move, tally, limit }: Pass,
  letters: readonly Letter[],
  copies: ReadonlySet<Letter>,
): Promise<readonly Letter[]> => {
  if (letters.length === 0) return [];
  await limit.take(letters.length, move.signal);
  if (move.signal.aborted) return letters;
  const { confirmed, failed } = await sendLetters(move.sqs, move.toUrl, letters);
  for (const { letter, newMessageId } of confirmed) noteSent(move.memory, letter, newMessageId);
  const sent = confirmed.map(({ letter }) => letter);
  tally.undeleted += (await removeMessages(move.sqs, move.fromUrl, sent)).length;
  for (const letter of sent) {
    if (copies.has(letter)) tally.copies++;
    else tally.moved++;
  }
  tally.failedSends += failed.length;
  const code = failed.at(-1)?.code;
  if (code !== undefined) tally.failure = code;
  return failed.map(({ letter }) => letter);
};

const moveWave = async (pass: Pass, wave: readonly Letter[]): Promise<readonly Letter[]> => {
  const { move, tally } = pass;
  const held: { letter: Letter; reason: UntouchedReason }[] = [];
  const sending: Letter[] = [];
  const copies = new Set<Letter>();
  const given: Letter[] = [];
  for (const letter of wave) {
    const verdict = judgeLetter(move.memory, letter);
    if (verdict === "remove") given.push(letter);
    else if (verdict === "send" || verdict === "send a copy") {
      sending.push(letter);
      if (verdict === "send a copy") copies.add(letter);
    } else held.push({ letter, reason: verdict });
  }
  await leave(pass, held);
  const kept = await removeMessages(move.sqs, move.fromUrl, given);
  tally.removed += given.length - kept.length;
  return sendOn(pass, sending, copies);
};

const moveReceived = async (pass: Pass, letters: readonly Letter[]): Promise<void> => {
  const { move, tally } = pass;
  const stopped = new Set<string>();
  const back: Letter[] = [];
  for (const wave of inWaves(letters)) {
    const going = wave.filter(({ orderId }) => !stopped.has(orderId));
    back.push(...wave.filter(({ orderId }) => stopped.has(orderId)));
    for (const letter of await moveWave(pass, going)) {
      stopped.add(letter.orderId);
      back.push(letter);
    }
  }
  const handles = back.map(({ receiptHandle }) => receiptHandle);
  await hideLetters(move.sqs, move.fromUrl, handles, 0);
  move.onMoved?.(tally);
};

/** Whether letters are hidden that this pass does not hold: they may still come. */
const othersHide = async ({ move, tally }: Pass): Promise<boolean> => {
  const { inFlight } = await queueCounts(move.sqs, move.fromUrl);
  return inFlight > tally.untouched.size;
};

/**
 * Ends when so many of the plan's letters are moved, or none of them comes any more. Never two passes
 * at a time on one queue: each would take what the other holds for missing.
 */
export const moveLetters = async (move: Move, letters: number): Promise<MoveTally> => {
  const tally = newTally();
  const pass = { move, tally, limit: rateLimitOf(move.ratePerSecond) };
  const most = mostInHand(move.ratePerSecond);
  const max = Math.min(BATCH, most);
  const isDone = () => move.signal.aborted || tally.moved + tally.removed >= letters;
  let inHand = 0;
  let emptyReceives = 0;
  let lastMovedAt = performance.now();
  let busySince = lastMovedAt;
  const pause = (ms: number) => sleep(ms, undefined, { signal: move.signal }).catch(() => {});
  const work = async (): Promise<void> => {
    while (!isDone() && emptyReceives < EMPTY_RECEIVES) {
      // Waits for letters only when nothing in hand could set some free.
      const waitSeconds = inHand > 0 ? 0 : LONG_POLL_SECONDS;
      const hiding = { max, hideSeconds: HIDE_SECONDS, waitSeconds };
      const received = await receiveLetters(move.sqs, move.fromUrl, hiding);
      if (received.length > 0) {
        emptyReceives = 0;
        if (inHand++ === 0) busySince = performance.now();
        await moveReceived(pass, received).finally(() => inHand--);
        const gapMs = Math.min(Math.max(0, busySince - lastMovedAt), LONGEST_GAP_MS);
        const busyMs = performance.now() - Math.max(busySince, lastMovedAt);
        tally.seconds += (gapMs + busyMs) / 1_000;
        lastMovedAt = performance.now();
      } else if (inHand > 0 || waitSeconds === 0) {
        await pause(GROUP_MS);
      } else {
        const patient = performance.now() - lastMovedAt < PATIENCE_MS;
        if (!patient || !(await othersHide(pass))) emptyReceives++;
        else await pause(LOOK_AGAIN_MS);
      }
    }
  };
  const workers = Math.ceil(most / BATCH);
  try {
    await Promise.all(Array.from({ length: workers }, work));
  } finally {
    const handles = [...tally.untouched.values()].map(({ receiptHandle }) => receiptHandle);
    await hideLetters(move.sqs, move.fromUrl, handles, 0);
  }
  return tally;
};
