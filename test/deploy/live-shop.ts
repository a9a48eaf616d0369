/** A shop that goes on selling until it is told to close, whatever is deployed meanwhile. */
import { generateTrace } from "../../cli/generate-trace.ts";
import type { TraceLine } from "../../cli/trace-line.ts";
import { adopt, touchedBy } from "../acceptance/orders.ts";
import { expectExact, play } from "../acceptance/play.ts";
import { openWorld } from "../acceptance/world.ts";

/** A few at a time: a deploy on the same machine needs its share of it. */
const ORDERS_A_ROUND = 8;
const PATIENCE_MS = 180_000;

export type LiveShop = {
  /** Orders placed so far. */
  readonly orders: () => number;
  /** Takes no more orders, and proves that each event so far has taken effect once, everywhere. */
  readonly close: () => Promise<{ readonly orders: number; readonly calls: number }>;
};

export const openLiveShop = async (stage: string): Promise<LiveShop> => {
  const world = await openWorld({ stage }, PATIENCE_MS);
  const played: TraceLine[] = [];
  let isOpen = true;
  const sell = async () => {
    for (let seed = 1; isOpen; seed++) {
      // The seed is in every order's name, so no two rounds have an order in common.
      const lines = adopt(world, generateTrace(seed, ORDERS_A_ROUND));
      await play(world, lines, played);
      played.push(...lines);
    }
  };
  const selling = sell();
  // Told by `close`; until then nobody listens.
  selling.catch(() => {});
  const prove = async () => {
    try {
      await selling;
      await expectExact(world, played);
      return { orders: touchedBy(played).orderIds.length, calls: played.length };
    } finally {
      world.close();
    }
  };
  let closing: ReturnType<typeof prove> | undefined;
  return {
    orders: () => touchedBy(played).orderIds.length,
    close: () => {
      isOpen = false;
      closing ??= prove();
      return closing;
    },
  };
};
