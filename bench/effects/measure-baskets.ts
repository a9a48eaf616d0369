/**
 * What an event costs by how many lines its order has: each line is one more item of the
 * transaction, at two write units, where a counter by itself costs one (5.3). No two orders share a
 * SKU but in the demo's day, so increments of stock cannot be merged.
 */
import { DEFAULT_ORDERS, generateTrace } from "../../cli/generate-trace.ts";
import type { TraceLine } from "../../cli/trace-line.ts";
import { marketDay } from "../market-day.ts";
import type { Table } from "../part.ts";
import type { ChildPrograms } from "./child-programs.ts";
import { countEffects } from "./count-effects.ts";
import { SIDES, type Side } from "./sides.ts";

const LINES = [1, 2, 3, 5, 10] as const;
const SEED = 1;
const COUNTED = ["ours", "powertools", "powertools-single"] as const satisfies readonly Side[];

/** The same steps of the same orders, each for `lines` SKUs that no other order buys. */
export const withLines = (trace: readonly TraceLine[], lines: number): readonly TraceLine[] =>
  trace.map((line) =>
    line.action === "place"
      ? {
          ...line,
          lines: Array.from({ length: lines }, (_, index) => ({
            ...{ sku: `${line.orderId}-${index}`, quantity: 1, unitPriceCents: 100 },
          })),
        }
      : line,
  );

export type BasketOptions = {
  readonly trace: readonly TraceLine[];
  readonly programs: ChildPrograms;
  readonly signal: AbortSignal;
};

const round = (value: number): number => Number(value.toFixed(2));

const shops = (
  trace: readonly TraceLine[],
): readonly (readonly [string, readonly TraceLine[]])[] => [
  ...LINES.map((lines) => [`${lines}`, withLines(trace, lines)] as const),
  ["1 or 2, a marketplace's busy day", marketDay(SEED, DEFAULT_ORDERS)],
  ["1 to 5, the demo's day", generateTrace(SEED)],
];

export const measureBaskets = async ({ trace, ...run }: BasketOptions): Promise<Table> => {
  const rows: (readonly (string | number)[])[] = [];
  for (const [lines, shop] of shops(trace)) {
    const units: number[] = [];
    for (const side of COUNTED) {
      const { all } = await countEffects({ ...run, trace: shop, side, mode: "live" });
      units.push(all.writeUnits);
    }
    const [ours = Number.NaN, ...theirs] = units;
    rows.push([lines, ...units.map(round), round(ours / Math.min(...theirs))]);
  }
  return {
    title: "Live, write units an event by lines an order",
    head: ["lines", ...COUNTED.map((side) => SIDES[side]), "(a) against the cheaper (b), x"],
    rows,
  };
};
