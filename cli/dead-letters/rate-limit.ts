import { setTimeout as sleep } from "node:timers/promises";

/** Spreads letters evenly over time. */
export type RateLimit = {
  /** Whether they may go now; not when it was told to stop while they waited. */
  readonly take: (letters: number, signal: AbortSignal) => Promise<boolean>;
  /** How many letters may be in hand at a time, so that none waits too long for its turn. */
  readonly inHand: number;
};

const MOST_IN_HAND = 80;
const LONGEST_WAIT_SECONDS = 5;

export const rateLimit = (
  perSecond: number | undefined,
  nowMs: () => number = () => performance.now(),
): RateLimit => {
  if (perSecond === undefined) {
    return { inHand: MOST_IN_HAND, take: async (_, signal) => !signal.aborted };
  }
  let freeAtMs = nowMs();
  return {
    inHand: Math.max(1, Math.min(MOST_IN_HAND, Math.floor(perSecond * LONGEST_WAIT_SECONDS))),
    take: async (letters, signal) => {
      const now = nowMs();
      const startsMs = Math.max(now, freeAtMs);
      freeAtMs = startsMs + (letters * 1_000) / perSecond;
      if (startsMs > now) await sleep(startsMs - now, undefined, { signal }).catch(() => {});
      return !signal.aborted;
    },
  };
};
