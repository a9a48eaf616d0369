/** Counts what the five effects cost, on each side; for this part, and for the one that prices it. */
import type { TraceLine } from "../../cli/trace-line.ts";
import type { Mode } from "./bench-queue.ts";
import { buildChildPrograms, type ChildPrograms } from "./child-programs.ts";
import { type SideCost, sideCost } from "./effect-costs.ts";
import { measureSide } from "./measure-side.ts";
import { firstOrders, shopEvents } from "./shop-events.ts";
import type { Side } from "./sides.ts";

/** Enough that a batch of ten seldom holds two events of one order, as in a shop that is busy. */
const COUNTED_ORDERS = 100;

export type CountOptions = {
  readonly trace: readonly TraceLine[];
  readonly side: Side;
  readonly mode: Mode;
  readonly signal: AbortSignal;
  /** Built for this count where none are given. */
  readonly programs?: ChildPrograms;
};

export type EffectCount = SideCost & {
  readonly side: Side;
  readonly mode: Mode;
  /** Events of orders that were counted; each is consumed five times. */
  readonly events: number;
};

/** Throws when the side leaves wrong tables. Takes some seconds; nothing of it is timed. */
export const countEffects = async (options: CountOptions): Promise<EffectCount> => {
  const { trace, side, mode, signal } = options;
  const programs = options.programs ?? buildChildPrograms();
  try {
    const events = shopEvents(firstOrders(trace, COUNTED_ORDERS));
    const run = { side, mode, events, warmUp: [], latencyMs: 0, programs, signal };
    return {
      side,
      mode,
      events: events.length,
      ...sideCost(await measureSide(run), events.length),
    };
  } finally {
    if (options.programs === undefined) programs.remove();
  }
};
