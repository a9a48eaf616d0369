import type { Consumer, ConsumerSettings } from "./consumer.ts";
import { dueTypes } from "./due-events.ts";
import type { FailureRules } from "./failure-rules.ts";
import type { OrderEventType } from "./order-event.ts";
import type {
  Clock,
  FactStore,
  Ledger,
  LedgerResult,
  LedgerWrite,
  Random,
  SideEffect,
  SourceQueue,
} from "./ports.ts";

/** Everything that one invocation of a consumer works with; made anew for each. */
export type ConsumerContext = {
  readonly consumer: Consumer;
  readonly settings: ConsumerSettings;
  readonly rules: FailureRules;
  readonly ledger: Ledger;
  readonly facts: FactStore;
  readonly queue: SourceQueue;
  readonly clock: Clock;
  /** Ends when everything that can go on without an answer from outside has done so. */
  readonly nextTurn: () => Promise<void>;
  readonly random: Random;
  readonly sideEffect?: SideEffect;
  /** Milliseconds until the invocation is killed. */
  readonly remainingMs: () => number;
  /** With less than this left, nothing more is begun. */
  readonly reserveMs: number;
  /** Set for the orders of one batch: commits what they ask for side by side as one. */
  readonly group?: (write: LedgerWrite) => Promise<LedgerResult>;
};

/** The types for which this consumer writes its row. */
export const dueOf = ({ consumer, rules }: ConsumerContext): readonly OrderEventType[] =>
  dueTypes(consumer.handles, rules);

/**
 * What an invocation keeps for handing messages back before it is killed: longer than one call that
 * nobody answers, and of a short invocation at most a quarter.
 */
export const reserveOf = (invocationMs: number): number => Math.min(6_000, invocationMs / 4);

/** Short waits: a hot item is held for as long as a transaction takes, some milliseconds. */
const TRIES = 24;
const FIRST_WAIT_MS = 10;
const LONGEST_WAIT_MS = 100;

export const isOutOfTime = (context: ConsumerContext): boolean =>
  context.remainingMs() < context.reserveMs;

/** Waits before the next try, a little longer each time; answers whether there is to be one. */
export const mayTryAgain = async (context: ConsumerContext, tried: number): Promise<boolean> => {
  if (tried === TRIES || isOutOfTime(context)) return false;
  const waitMs = Math.min(FIRST_WAIT_MS * 2 ** (tried - 1), LONGEST_WAIT_MS);
  await context.clock.sleep(waitMs / 2 + (context.random() * waitMs) / 2);
  return true;
};

/**
 * Commits, and tries again in place while the table is busy: a conflict or a throttle says nothing
 * about the event. Gives up after some two seconds, since a hot item must not hold the batch.
 */
export const commitPatiently = async (
  context: ConsumerContext,
  write: LedgerWrite,
): Promise<LedgerResult> => {
  for (let tried = 1; ; tried++) {
    const result = await context.ledger.commit(write);
    if (result.kind !== "busy" || !(await mayTryAgain(context, tried))) return result;
  }
};
