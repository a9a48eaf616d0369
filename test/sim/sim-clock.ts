/** Virtual time: it moves only when every promise is parked, so a run depends on its seed alone. */
import type { Clock } from "../../lambdas/core/ports.ts";

export type Timer = { readonly atMs: number; readonly wake: () => void; cancelled: boolean };

export type SimClock = Clock & {
  /** Runs until `done`, or until nothing is left to wait for; answers which. */
  readonly run: (done: () => boolean) => Promise<"done" | "idle">;
  /** A timer that is cancelled costs nothing, and time does not stop at it. */
  readonly at: (atMs: number, wake: () => void) => Timer;
};

/**
 * One turn: all promise chains run until they are parked. Node takes the next tick off its queue
 * only once the microtask queue is empty, whatever was put into it meanwhile. A turn of the event
 * loop would do as well, but costs six times as much.
 */
const turn = () => new Promise<void>((resolve) => process.nextTick(resolve));

export const simClock = (startMs: number): SimClock => {
  let nowMs = startMs;
  // Sorted, latest first: the next one is popped off the end. Equal times keep their order.
  const timers: Timer[] = [];
  const at = (atMs: number, wake: () => void): Timer => {
    const timer = { atMs, wake, cancelled: false };
    let index = timers.length;
    // Most are due soon, so their place is near the end.
    for (; index > 0; index--) {
      const sooner = timers[index - 1] as Timer;
      if (sooner.atMs > atMs) break;
      timers[index] = sooner;
    }
    timers[index] = timer;
    return timer;
  };
  const next = (): Timer | undefined => {
    for (;;) {
      const timer = timers.pop();
      if (timer?.cancelled !== true) return timer;
    }
  };
  return {
    nowMs: () => nowMs,
    sleep: (ms) => new Promise((wake) => at(nowMs + Math.max(0, ms), wake)),
    at,
    run: async (done) => {
      for (;;) {
        await turn();
        if (done()) return "done";
        const timer = next();
        if (timer === undefined) return "idle";
        nowMs = Math.max(nowMs, timer.atMs);
        timer.wake();
      }
    },
  };
};
