import { setTimeout as sleep } from "node:timers/promises";

export type RateLimit = {
  /** Waits until what was spent before is paid for. Returns at once when aborted. */
  readonly ready: (signal?: AbortSignal) => Promise<void>;
  /** Where the cost is known before: the wait and the payment in one step, a caller at a time. */
  readonly take: (units: number, signal?: AbortSignal) => Promise<void>;
  /** What a call costs may be known only after it: the next ones wait for it. */
  readonly spend: (units: number) => void;
};

/** So many units a second on average; none are saved up while nothing is asked for. */
export const limitRate = (
  perSecond: number,
  nowMs: () => number = () => performance.now(),
): RateLimit => {
  let paidAtMs = nowMs();
  const spend = (units: number): void => {
    paidAtMs = Math.max(paidAtMs, nowMs()) + (units / perSecond) * 1_000;
  };
  const wait = async (signal: AbortSignal | undefined, then?: () => void): Promise<void> => {
    // Others may have spent while this one slept.
    for (;;) {
      const waitMs = paidAtMs - nowMs();
      if (signal?.aborted) return;
      if (waitMs <= 0) return then?.();
      await sleep(waitMs, undefined, signal && { signal }).catch(() => {});
    }
  };
  return {
    ready: (signal) => wait(signal),
    take: (units, signal) => wait(signal, () => spend(units)),
    spend,
  };
};

export const UNLIMITED: RateLimit = {
  ready: async () => {},
  take: async () => {},
  spend: () => {},
};

export const rateLimitOf = (perSecond: number | undefined): RateLimit =>
  perSecond === undefined ? UNLIMITED : limitRate(perSecond);
