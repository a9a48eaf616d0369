/**
 * Gives up one dead event: moves its order's watermark past it without its effect, with a record of
 * who and why; removes its letter; and lets the order's followers go.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { dynamoLedger } from "../../lambdas/aws/dynamo-ledger.ts";
import { discardEvent, type Seen } from "../../lambdas/core/discard-event.ts";
import type { FailureText, LedgerRow } from "../../lambdas/core/ledger-row.ts";
import { lifeOf } from "../../lambdas/core/order-standing.ts";
import type { Stage } from "../stage-clients.ts";
import type { ConsumerOutput } from "../stage-outputs.ts";
import type { DeadHead, Lease } from "./dead-letter.ts";
import { findLetter } from "./find-letter.ts";
import { type MoveTally, moveLetters } from "./move-letters.ts";
import { plannedConsumer } from "./planned-consumer.ts";
import { takeLease } from "./redrive-lease.ts";
import { readRow, type ShowOptions, showDeadOrder } from "./show-dead-order.ts";
import { countDue, pastSkips } from "./skips.ts";
import { newMemory } from "./sort-letters.ts";

/** What an operator looks at before it is confirmed. Plain data. */
export type DiscardPlan = {
  readonly consumer: string;
  readonly orderId: string;
  readonly head: DeadHead;
  /** The order's due events after it, which are let go. */
  readonly followers: number;
  /** The order's last event. */
  readonly toSequence: number;
  /** The events up to that which the consumer does not handle; left out where there are none. */
  readonly skips?: readonly number[];
  /** The very event and life that were looked at: the discard is refused for any other. */
  readonly seen: Seen;
  /**
   * Whether its letter was seen in the dead-letter queue. A redriven event's is not, and its row
   * tells of its former life until its first new attempt.
   */
  readonly letter: "there" | "not seen";
};

export type DiscardOptions = {
  readonly who: string;
  readonly why: string;
  /** An event whose letter is not there may be applied any moment, or its letter has expired. */
  readonly letter?: "must be there" | "may be gone";
  /** How long the followers are waited for and, as they arrive, let go. */
  readonly settleSeconds?: number;
  readonly signal?: AbortSignal;
  readonly nowMs?: () => number;
};

export type Discarded = {
  readonly kind: "discarded";
  /** Its letter was in the dead-letter queue; else it is still in the consumer's, as a duplicate. */
  readonly letterRemoved: boolean;
  readonly followersMoved: number;
  /** The last event that is applied, given up or not handled by now, of so many. */
  readonly sequence: number;
  readonly toSequence: number;
  /** A follower failed in its turn. */
  readonly failure?: { readonly sequence: number } & Pick<FailureText, "name" | "message">;
};

export type DiscardResult =
  | Discarded
  | { readonly kind: "leased"; readonly by: Lease }
  /** Its letter is not in the dead-letter queue, or somebody else hides it; nothing was done. */
  | { readonly kind: "no letter" }
  /** It was redriven, applied or discarded since it was looked at; nothing was done. */
  | { readonly kind: "changed" };

const SETTLE_SECONDS = 60;
const LOOK_EVERY_MS = 500;

/**
 * `undefined` where the order's next event is not dead here. The discard itself looks for the letter
 * once more: to plan many, `look` may leave it out.
 */
export const planDiscard = async (
  stage: Stage,
  place: { readonly consumer: string; readonly orderId: string },
  { look = "always", signal }: Pick<ShowOptions, "look" | "signal"> = {},
): Promise<DiscardPlan | undefined> => {
  const { consumer, orderId, dead, row, letter } = await showDeadOrder(stage, place, {
    ...{ look, ...(signal === undefined ? {} : { signal }) },
  });
  // A letter in another place of the order tells that this event is lost or on its way, not dead.
  if (dead === undefined || dead.head.sequence !== dead.fromSequence) return undefined;
  const { fromSequence: seq, toSequence, skips } = dead;
  const life = lifeOf(row, seq);
  return {
    consumer,
    orderId,
    head: dead.head,
    followers: countDue(dead, seq + 1),
    toSequence,
    ...(skips === undefined ? {} : { skips }),
    seen: {
      seq,
      ...(row.seq === seq - 1 ? {} : { afterSeq: row.seq }),
      ...(life === undefined ? {} : { life: { messageId: life.messageId } }),
    },
    letter: letter?.sequence === seq ? "there" : "not seen",
  };
};

/** A letter before it is a copy and one after it a follower: neither says that it is still dead. */
const isLetterThere = async (
  { sqs }: Stage,
  { deadLetterQueueUrl }: ConsumerOutput,
  { orderId, seen }: DiscardPlan,
  signal: AbortSignal,
): Promise<boolean> => {
  const letter = await findLetter(sqs, deadLetterQueueUrl, orderId, signal);
  return letter?.sequence === seen.seq;
};

const moveWatermark = async (
  stage: Stage,
  consumer: ConsumerOutput,
  { orderId, seen }: DiscardPlan,
  { who, why, nowMs = Date.now }: DiscardOptions,
): Promise<"moved" | "changed"> => {
  const before = await readRow(stage, consumer, orderId);
  const after = discardEvent(before, seen, { who, why, atMs: nowMs() });
  if (after === undefined) return "changed";
  const place = { dedupTable: stage.outputs.DedupTable, consumer: consumer.name, dataTables: {} };
  const result = await dynamoLedger(stage.dynamo, place).commit({ before, after, effects: [] });
  if (result.kind === "committed") return "moved";
  if (result.kind === "changed") return "changed";
  const cause = result.kind === "failed" ? result.error.name : result.kind;
  throw new Error(`the row of order ${orderId} was not written (${cause}); run this again`);
};

const failureOf = (
  { seq, life }: LedgerRow,
  sentIds: ReadonlySet<string>,
): Discarded["failure"] | undefined => {
  if (life === undefined || life.seq <= seq || life.error === undefined) return undefined;
  if (life.dead === undefined && !sentIds.has(life.messageId)) return undefined;
  return { sequence: life.seq, name: life.error.name, message: life.error.message };
};

/** Followers that were in the consumer's queue may move to the other one only now: it looks again. */
const letFollowersGo = async (
  stage: Stage,
  consumer: ConsumerOutput,
  { orderId, seen: { seq }, toSequence, skips = [] }: DiscardPlan,
  { settleSeconds = SETTLE_SECONDS, signal }: DiscardOptions & { readonly signal: AbortSignal },
): Promise<Discarded> => {
  const order = { fromSequence: seq, toSequence, skips };
  const planned = { orderId, ...order, discardedSequence: seq, letters: 0 };
  const memory = newMemory([planned]);
  const [fromUrl, toUrl] = [consumer.deadLetterQueueUrl, consumer.queueUrl];
  const move = { sqs: stage.sqs, fromUrl, toUrl, memory, ratePerSecond: undefined, signal };
  const sum = { moved: 0, removed: 0 };
  const untilMs = performance.now() + settleSeconds * 1_000;
  for (;;) {
    const left = countDue(order, seq) - sum.moved - sum.removed;
    const tally: MoveTally = await moveLetters(move, left);
    sum.moved += tally.moved;
    sum.removed += tally.removed;
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
    const row = await readRow(stage, consumer, orderId);
    const failure = failureOf(row, memory.sentIds);
    const sequence = pastSkips(order, row.seq + 1) - 1;
    const settled = sequence >= toSequence || failure !== undefined;
    if (!settled && performance.now() < untilMs && !signal.aborted) continue;
    return {
      ...{ kind: "discarded", letterRemoved: sum.removed > 0, followersMoved: sum.moved },
      ...{ sequence, toSequence },
      ...(failure === undefined ? {} : { failure }),
    };
  }
};

export const discardDeadEvent = async (
  stage: Stage,
  plan: DiscardPlan,
  options: DiscardOptions,
): Promise<DiscardResult> => {
  const consumer = plannedConsumer(stage, plan.consumer);
  const act = `discard of event ${plan.seen.seq} of order ${plan.orderId}`;
  const taken = await takeLease(stage, consumer.name, { act, signal: options.signal });
  if (taken.kind === "taken") return { kind: "leased", by: taken.by };
  const { lost, release } = taken.lease;
  const signal = AbortSignal.any(options.signal === undefined ? [lost] : [lost, options.signal]);
  try {
    // Under the lease no redrive of these tools can take it away any more.
    if (options.letter !== "may be gone" && !(await isLetterThere(stage, consumer, plan, signal))) {
      return { kind: "no letter" };
    }
    const moved = await moveWatermark(stage, consumer, plan, options);
    if (moved === "changed") return { kind: "changed" };
    return await letFollowersGo(stage, consumer, plan, { ...options, signal });
  } finally {
    await release();
  }
};
