/**
 * Whether an event costs more when there are many already: the same day of a shop, of 1,000 events,
 * where there is nothing yet and where there are 99,000 events. By the real core and adapters.
 */
import { median } from "../median.ts";
import type { Figure, Part, PartOptions, PartReport } from "../part.ts";
import type { Units } from "./counting-client.ts";
import { type DayInBoth, measureDays, type PieceTime, type PlaceCosts } from "./measure-days.ts";
import { type MemoryGrowth, measureMemory } from "./measure-memory.ts";
import { readEvents } from "./read-events.ts";
import { EVENTS_A_DAY } from "./shop-day.ts";

const GOAL = { atMost: 1.1 };

const unitRatio = (unit: keyof Units, { small, grown }: DayInBoth): number =>
  // Nothing in both: it does not grow.
  small.units[unit] === 0 && grown.units[unit] === 0 ? 1 : grown.units[unit] / small.units[unit];

const unitFigure = (unit: keyof Units, name: string, costs: readonly PlaceCosts[]): Figure => {
  const rounds = (costs[0]?.rounds ?? []).map((_round, index) =>
    Math.max(
      ...costs
        .flatMap(({ rounds: own }) => own.slice(index, index + 1))
        .map((both) => unitRatio(unit, both)),
    ),
  );
  return {
    ...{ name: `growth: ${name} an event`, value: median(rounds), rounds, unit: "x", goal: GOAL },
    tells: `${name} of the last ${EVENTS_A_DAY} events of all, against those of the same events where they are the first; of the orders table and the five consumers the one that grows most.`,
  };
};

/** Of each ten events, in one world and at once in the other; what disturbs one pair is only one. */
const timeRatios = (time: keyof PieceTime, { small, grown }: DayInBoth): number[] =>
  small.pieces.map((piece, index) => (grown.pieces[index]?.[time] ?? 0) / piece[time]);

const timeFigure = (
  time: keyof PieceTime,
  named: { readonly name: string; readonly tells: string },
  costs: readonly PlaceCosts[],
): Figure => {
  const rounds = (costs[0]?.rounds ?? []).map((_round, index) =>
    median(
      costs.flatMap(({ rounds: own }) => {
        const both = own[index];
        return both === undefined ? [] : timeRatios(time, both);
      }),
    ),
  );
  return {
    ...{ name: `growth: ${named.name} an event`, value: median(rounds), rounds, unit: "x" },
    goal: GOAL,
    tells: `${named.tells} for ten of the last ${EVENTS_A_DAY} events, against that for the same ten where they are among the first, one at once after the other; the median of all such pairs, of the orders table and the five consumers.`,
  };
};

const memoryFigure = ({ first, last }: MemoryGrowth, events: number): Figure => ({
  ...{ name: "growth: memory of a process", value: last.heapBytes / first.heapBytes, unit: "x" },
  goal: GOAL,
  tells: `The heap of one process of the inventory consumer after ${events.toLocaleString("en")} events against after ${EVENTS_A_DAY}, each after a garbage collection.`,
});

const digits = (value: number, count: number): number => Number(value.toFixed(count));

const each = (rounds: readonly DayInBoth[], pick: (both: DayInBoth) => number): number =>
  median(rounds.map(pick)) / EVENTS_A_DAY;

const sumOf = (pieces: readonly PieceTime[], time: keyof PieceTime): number =>
  pieces.reduce((sum, piece) => sum + piece[time], 0);

const rowOf = ({ place, rounds }: PlaceCosts): (string | number)[] => {
  const units = (unit: keyof Units) =>
    (["small", "grown"] as const).map((world) =>
      digits(
        each(rounds, (both) => both[world].units[unit]),
        3,
      ),
    );
  const times = (time: keyof PieceTime) =>
    digits(median(rounds.map((both) => median(timeRatios(time, both)))), 2);
  return [
    place,
    ...units("requests"),
    ...units("writeUnits"),
    ...units("readUnits"),
    digits(
      each(rounds, ({ grown }) => sumOf(grown.pieces, "cpuMs")),
      2,
    ),
    ...[times("cpuMs"), times("wallMs")],
  ];
};

const headOf = (events: string): string[] => [
  "place",
  ...["requests", "write units", "read units"].flatMap((unit) => [
    `${unit} an event at 1,000`,
    `at ${events}`,
  ]),
  `computing an event at ${events} (ms)`,
  "computing, ratio",
  "time until done, ratio",
];

const memoryRows = ({ first, last }: MemoryGrowth, events: number): (string | number)[][] => {
  const kilobytes = (bytes: number) => Math.round(bytes / 1_024);
  const perEvent = (grown: number) => digits(grown / (events - EVENTS_A_DAY), 1);
  return [
    [
      "heap",
      kilobytes(first.heapBytes),
      kilobytes(last.heapBytes),
      perEvent(last.heapBytes - first.heapBytes),
    ],
    [
      "resident",
      kilobytes(first.rssBytes),
      kilobytes(last.rssBytes),
      perEvent(last.rssBytes - first.rssBytes),
    ],
  ];
};

const run = async (options: PartOptions): Promise<PartReport> => {
  const events = readEvents(process.env);
  const days = events / EVENTS_A_DAY;
  const costs = await measureDays(options, days - 1);
  const memory = await measureMemory(options, days);
  const cpu = { name: "computing", tells: "Processor time of the process, without the emulator," };
  const wall = { name: "time", tells: "Time until the work is done, the emulator's included," };
  const total = events.toLocaleString("en");
  const figures = [
    unitFigure("requests", "requests", costs),
    unitFigure("writeUnits", "write units", costs),
    unitFigure("readUnits", "read units", costs),
    timeFigure("cpuMs", cpu, costs),
    timeFigure("wallMs", wall, costs),
    memoryFigure(memory, events),
  ];
  return {
    figures,
    tables: [
      {
        title: `What an event costs at 1,000 and at ${total} events`,
        head: headOf(total),
        rows: costs.map(rowOf),
      },
      {
        title: "Memory of one process of the inventory consumer",
        head: ["", "after 1,000 events (KB)", `after ${total} (KB)`, "growth an event (bytes)"],
        rows: memoryRows(memory, events),
      },
    ],
    charts: [
      {
        title: `Cost of an event at ${total} events against at 1,000`,
        unit: "x",
        bars: figures.map(({ name, value }) => ({ label: name.replace("growth: ", ""), value })),
      },
    ],
    notes: notes(total),
  };
};

const notes = (total: string): string[] => [
  `Each day of this shop is alike: 260 orders with 1,000 events, the same baskets of 1,000 SKUs, of other SKUs and customers. The day is played at six places in two worlds, one of them with all the days before it, up to ${total} events.`,
  "The days before are written in bulk, as the real core leaves them over tables in memory. The measured day goes through the core and the adapters to an emulator of its own for each world.",
  "Counted are the requests and units that the emulator's answers tell. Time is told of pairs: ten events in one world and at once the same ten in the other, in turns.",
  "The relay is not in it: it keeps nothing from one call to the next, and reads no table.",
  "A million events: GROWTH_EVENTS=1000000 npm run bench -- growth --rounds 1",
];

export const growth: Part = {
  name: "growth",
  summary: "what an event costs when there are 100,000 of them already",
  run,
};
