/** Virtual time: it moves only when every promise is parked, so a run depends on its seed alone. */
import type { Clock } from "../../lambdas/core/ports.ts";

type Timer = { readonly atMs: number; readonly wake: () => void };

export type SimClock = Clock & {
  /** Runs until `done`, or until nothing is left to wait for; answers which. */
  readonly run: (done: () => boolean) => Promise<"done" | "idle">;
  readonly at: (atMs: number, wake: () => void) => void;
};

/** Macrotasks run only after all microtasks, so after one turn every promise chain is parked. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

export const simClock = (startMs: number): SimClock => {
  let nowMs = startMs;
  // Sorted, latest first: the next one is popped off the end. Equal times keep their order.
  const timers: Timer[] = [];
  const at = (atMs: number, wake: () => void): void => {
    let low = 0;
    let high = timers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((timers[middle] as Timer).atMs > atMs) low = middle + 1;
      else high = middle;
    }
    timers.splice(low, 0, { atMs, wake });
  };
  return {
    nowMs: () => nowMs,
    sleep: (ms) => new Promise((wake) => at(nowMs + Math.max(0, ms), wake)),
    at,
    run: async (done) => {
      for (;;) {
        await turn();
        if (done()) return "done";
        const next = timers.pop();
        if (next === undefined) return "idle";
        nowMs = Math.max(nowMs, next.atMs);
        next.wake();
      }
    },
  };
};
