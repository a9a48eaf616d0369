/**
 * The time of metrics, alarms and rules. It is the machine's, unless a test lets it pass by hand: a
 * day of quiet, or five minutes of an outage, need not be waited for.
 */
import { setTimeout as sleep } from "node:timers/promises";

export type Repeated = {
  /** Waits for work that is under way. */
  readonly stop: () => Promise<void>;
};

export type RuntimeClock = {
  readonly nowMs: () => number;
  /**
   * Does the work at once, and again whenever a whole period begins: one at a time, so that work
   * which takes longer delays the next. The work must not reject.
   */
  readonly every: (periodMs: number, work: () => Promise<void>) => Repeated;
};

export const machineClock: RuntimeClock = {
  nowMs: Date.now,
  every: (periodMs, work) => {
    const stopped = new AbortController();
    const { signal } = stopped;
    const run = async () => {
      while (!signal.aborted) {
        await work();
        await sleep(periodMs - (Date.now() % periodMs), undefined, { signal }).catch(() => {});
      }
    };
    const running = run();
    return {
      stop: () => {
        stopped.abort();
        return running;
      },
    };
  },
};
