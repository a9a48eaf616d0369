/** Seconds an event in one execution environment, with the store's latency, in alternating rounds. */
import type { TraceLine } from "../../cli/trace-line.ts";
import type { Mode } from "./bench-queue.ts";
import type { ChildPrograms } from "./child-programs.ts";
import { measureSide } from "./measure-side.ts";
import { firstOrders, shopEvents } from "./shop-events.ts";
import { CONSUMERS, type ConsumerName, SIDES, type Side } from "./sides.ts";

/** Added to each call: what DynamoDB takes for a small write in the same Region, about. */
export const LATENCY_MS = 5;
const TIMED_ORDERS = 30;
const WARM_UP_ORDERS = 20;

export type TimeOptions = {
  readonly trace: readonly TraceLine[];
  readonly sides: readonly Side[];
  readonly mode: Mode;
  readonly rounds: number;
  readonly programs: ChildPrograms;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
};

/** Seconds an event, a number a round. */
export type SideTimes = Readonly<Record<ConsumerName, readonly number[]>>;
export type Times = ReadonlyMap<Side, SideTimes>;

const rotated = <T>(list: readonly T[], by: number): readonly T[] => [
  ...list.slice(by % list.length),
  ...list.slice(0, by % list.length),
];

/** The orders placed first are timed, and the next ones warm the environment up before. */
export const eventsToTime = (trace: readonly TraceLine[]) => {
  const timed = new Set(firstOrders(trace, TIMED_ORDERS).map(({ orderId }) => orderId));
  const all = shopEvents(firstOrders(trace, TIMED_ORDERS + WARM_UP_ORDERS));
  const { events = [], warmUp = [] } = Object.groupBy(all, ({ orderId }) =>
    timed.has(orderId) ? "events" : "warmUp",
  );
  return { events, warmUp };
};

/** Each round begins with another side. */
export const timeSides = async (options: TimeOptions): Promise<Times> => {
  const { trace, sides, mode, rounds, programs, signal, onProgress } = options;
  const { warmUp, events } = eventsToTime(trace);
  const times = new Map(
    sides.map((side) => [
      side,
      Object.fromEntries(CONSUMERS.map((name) => [name, [] as number[]])) as Record<
        ConsumerName,
        number[]
      >,
    ]),
  );
  for (let round = 0; round < rounds; round++) {
    for (const side of rotated(sides, round)) {
      onProgress(`${mode}, round ${round + 1} of ${rounds}: ${SIDES[side]}`);
      const run = { side, mode, warmUp, events, latencyMs: LATENCY_MS, programs, signal };
      const measure = await measureSide(run);
      for (const name of CONSUMERS) {
        times.get(side)?.[name].push(measure[name].seconds / events.length);
      }
    }
  }
  return times;
};

/** Of all five consumers together, a number a round. */
export const secondsAnEvent = (times: SideTimes): readonly number[] =>
  times.inventory.map((_, round) =>
    CONSUMERS.reduce((sum, name) => sum + (times[name][round] ?? 0), 0),
  );
