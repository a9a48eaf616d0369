/**
 * The day that is measured where no trace is given: the demo's, with the baskets of a marketplace.
 * Of 600 orders of Olist's Brazilian E-Commerce Public Dataset, 583 are for one product and 15 for
 * two. The demo's own baskets are fuller, to be hard on the bus; what that does to the cost has a
 * table of its own (effects/measure-baskets.ts).
 */
import { generateTrace } from "../cli/generate-trace.ts";
import type { TraceLine } from "../cli/trace-line.ts";

const ORDERS_TO_ONE_OF_TWO_LINES = 40;

export const marketDay = (seed: number, orders: number): readonly TraceLine[] => {
  let placed = 0;
  return generateTrace(seed, orders).map((line) => {
    if (line.action !== "place") return line;
    placed += 1;
    const most = placed % ORDERS_TO_ONE_OF_TWO_LINES === 0 ? 2 : 1;
    return { ...line, lines: line.lines.slice(0, most) };
  });
};
