/** What a million events cost on AWS by what was counted, beside what people would use instead. */
import type { Mode } from "../effects/bench-queue.ts";
import { buildChildPrograms, type ChildPrograms } from "../effects/child-programs.ts";
import { countEffects } from "../effects/count-effects.ts";
import { SIDES, type Side } from "../effects/sides.ts";
import { secondsAnEvent, type Times, timeSides } from "../effects/time-sides.ts";
import { median } from "../median.ts";
import type { Part, PartOptions } from "../part.ts";
import { type PricedMode, type PricedSide, reportMoney } from "./report-money.ts";

/** What the figures call the others; the second (b) is the cheaper way to write several counters. */
const OTHERS = {
  "(b)": "powertools",
  "(b) side by side": "powertools-single",
  "(c)": "marker",
} as const satisfies Readonly<Record<string, Side>>;

type Work = { readonly options: PartOptions; readonly programs: ChildPrograms };

const timeAll = ({ options, programs }: Work): Promise<Times> =>
  timeSides({
    ...{ ...options, programs, mode: "live" },
    sides: ["ours", ...Object.values(OTHERS)],
  });

const countAll = async (
  { options, programs }: Work,
  mode: Mode,
  times?: Times,
): Promise<PricedMode> => {
  const { trace, signal, onProgress } = options;
  const price = async (side: Side): Promise<PricedSide> => {
    onProgress(`counting ${mode}: ${SIDES[side]}`);
    const { all } = await countEffects({ trace, side, mode, signal, programs });
    const time = times?.get(side);
    const seconds = time === undefined ? {} : { seconds: median(secondsAnEvent(time)) };
    return { label: SIDES[side], needs: all, ...seconds };
  };
  const ours = await price("ours");
  const others: [string, PricedSide][] = [];
  for (const [name, side] of Object.entries(OTHERS)) others.push([name, await price(side)]);
  return { name: mode, ours, others: Object.fromEntries(others) };
};

export const money: Part = {
  name: "money",
  summary: "what a million events cost on AWS, by the units and requests counted",
  run: async (options) => {
    const programs = buildChildPrograms();
    try {
      const work = { options, programs };
      const live = await countAll(work, "live", await timeAll(work));
      return reportMoney([live, await countAll(work, "backlog")]);
    } finally {
      programs.remove();
    }
  },
};
