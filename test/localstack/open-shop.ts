/** A shop that goes on with other orders, a few steps a second, while something is tried on some. */
import { setTimeout as sleep } from "node:timers/promises";
import { generateTrace } from "../../cli/generate-trace.ts";
import type { TraceLine } from "../../cli/trace-line.ts";

export type Shop = {
  /** Goes on where it stopped. */
  readonly open: () => void;
  /** Resolves when nothing is under way; rejects when a step had no final answer. */
  readonly pause: () => Promise<void>;
  readonly played: () => readonly TraceLine[];
};

const ORDERS = 5_000;
const STEPS_A_TIME = 5;
const PACE_MS = 1_000;

export const createShop = (
  play: (lines: readonly TraceLine[]) => Promise<unknown>,
  seed: number,
): Shop => {
  const trace = generateTrace(seed, ORDERS);
  let next = 0;
  let isOpen = false;
  let running = Promise.resolve();

  const sell = async () => {
    while (isOpen) {
      const steps = trace.slice(next, next + STEPS_A_TIME);
      if (steps.length === 0) throw new Error(`the shop has played all of its ${next} steps`);
      next += steps.length;
      await play(steps);
      await sleep(PACE_MS);
    }
  };

  return {
    open: () => {
      isOpen = true;
      running = running.then(sell);
      running.catch(() => {}); // told by `pause`
    },
    pause: () => {
      isOpen = false;
      return running;
    },
    played: () => trace.slice(0, next),
  };
};
