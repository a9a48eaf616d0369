/**
 * Virtual time with a real DynamoDB emulator behind it: time stands while a call to the emulator is
 * out, and moves only when every promise is parked. So what a run tells depends on its seed, and
 * not on the machine.
 */
import type { Clock } from "../../lambdas/core/ports.ts";

export type VirtualClock = Clock & {
  /** Work that takes no virtual time; one after the other, in the order asked. */
  readonly outside: <T>(work: () => Promise<T>) => Promise<T>;
  /** Lets time pass until the work is done. Throws when nothing is left that could end it. */
  readonly run: <T>(work: Promise<T>) => Promise<T>;
};

type Timer = { readonly atMs: number; readonly wake: () => void };

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
/** What is gathered for a turn of the event loop before it is written goes on after the next one. */
const TURNS = 3;

export const virtualClock = (startMs: number): VirtualClock => {
  let nowMs = startMs;
  let last: Promise<unknown> = Promise.resolve();
  // Sorted, latest first: the next one is popped off the end. Equal times keep their order.
  const timers: Timer[] = [];
  const sleep = (ms: number): Promise<void> =>
    new Promise((wake) => {
      const atMs = nowMs + Math.max(0, ms);
      const index = timers.findLastIndex((timer) => timer.atMs > atMs) + 1;
      timers.splice(index, 0, { atMs, wake });
    });
  const parked = async (): Promise<void> => {
    for (let seen: unknown; seen !== last; ) {
      seen = last;
      await last;
      for (let turns = 0; turns < TURNS; turns++) await turn();
    }
  };
  return {
    nowMs: () => nowMs,
    sleep,
    outside: (work) => {
      const mine = last.then(work);
      last = mine.catch(() => undefined);
      return mine;
    },
    run: async (work) => {
      let over = false;
      const watched = work.finally(() => {
        over = true;
      });
      // Told by `watched` itself, after the loop.
      watched.catch(() => undefined);
      for (;;) {
        await parked();
        if (over) return watched;
        const timer = timers.pop();
        if (timer === undefined) throw new Error("everything waits and no timer is left");
        nowMs = Math.max(nowMs, timer.atMs);
        timer.wake();
      }
    },
  };
};
