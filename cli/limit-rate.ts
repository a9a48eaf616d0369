import { setTimeout as sleep } from "node:timers/promises";

export type RateLimit = {
  /** Waits until what was spent before is paid for. Returns at once when aborted. */
  readonly ready: (signal?: AbortSignal) => Promise<void>;
  /** What a call costs may be known only after it: the next ones wait for it. */
  readonly spend: (units: number) => void;
};

/** So many units a second on average; none are saved up while nothing is asked for. */
export const limitRate = (
  perSecond: number,
  nowMs: () => number = () => performance.now(),
): RateLimit => {
  let paidAtMs = nowMs();
  return {
    ready: async (signal) => {
      // Others may have spent while this one slept.
      for (;;) {
        const waitMs = paidAtMs - nowMs();
        if (waitMs <= 0 || signal?.aborted) return;
        await sleep(waitMs, undefined, signal && { signal }).catch(() => {});
      }
    },
    spend: (units) => {
      paidAtMs = Math.max(paidAtMs, nowMs()) + (units / perSecond) * 1_000;
    },
  };
};

export const UNLIMITED: RateLimit = { ready: async () => {}, spend: () => {} };

export const rateLimitOf = (perSecond: number | undefined): RateLimit =>
  perSecond === undefined ? UNLIMITED : limitRate(perSecond);
