/** Each side killed at every call of a small trace; see `kill-child.ts` for what a kill is. */
import type { TraceLine } from "../../cli/trace-line.ts";
import { startDynoxide } from "../../test/emulators/start-dynoxide.ts";
import type { ChildPrograms } from "./child-programs.ts";
import type { Kills, KillWork } from "./kill-child.ts";
import { runChild } from "./run-child.ts";
import { type ShopEvent, shopEvents } from "./shop-events.ts";
import type { Side } from "./sides.ts";

type Step = "pay" | "ship" | "deliver" | "cancel";

/** One order of each course, two of them of one customer, all with a SKU in common; one batch. */
const COURSES: readonly (readonly Step[])[] = [["pay", "ship", "deliver"], ["pay", "cancel"], []];

const at = (index: number): string => new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString();

const placed = (order: number): TraceLine => ({
  ...{ at: at(order), orderId: `kill-${order}`, action: "place", currency: "EUR" },
  customerId: `customer-${order % 2}`,
  lines: [
    { sku: "tea", quantity: 1 + order, unitPriceCents: 1_250 },
    { sku: `cup-${order}`, quantity: 2, unitPriceCents: 795 },
  ],
});

/** Turn by turn, so that a batch holds events of several orders. */
export const killTrace = (): readonly TraceLine[] => {
  const turns = Math.max(...COURSES.map((course) => course.length));
  const steps = Array.from({ length: turns }, (_, turn) =>
    COURSES.flatMap((course, order): TraceLine[] => {
      const action = course[turn];
      const number = (turn + 1) * COURSES.length + order;
      return action === undefined ? [] : [{ at: at(number), orderId: `kill-${order}`, action }];
    }),
  );
  return [...COURSES.map((_, order) => placed(order)), ...steps.flat()];
};

export type KillOptions = {
  readonly side: Side;
  readonly programs: ChildPrograms;
  readonly signal: AbortSignal;
  readonly events?: readonly ShopEvent[];
};

export const killEverywhere = async (options: KillOptions): Promise<Kills> => {
  const { side, programs, signal, events = shopEvents(killTrace()) } = options;
  const database = await startDynoxide();
  try {
    let kills: Kills | undefined;
    const work: KillWork = { side, databaseUrl: database.endpoint, events };
    const onMessage = (message: Kills) => {
      kills = message;
    };
    await runChild<Kills>({ program: programs["kill-child"], work, onMessage, signal });
    if (kills === undefined) throw new Error("the kills ended without a result");
    return kills;
  } finally {
    await database.stop();
  }
};
