/**
 * The same five effects, on the same events and the same store, made to happen once by this bus, by
 * a library that people would use, and by a recipe that they would write: what each costs, and what
 * is wrong after a kill.
 */

import { median } from "../median.ts";
import type { Goal, Part, PartOptions, PartReport, Table } from "../part.ts";
import type { Mode } from "./bench-queue.ts";
import { buildChildPrograms, type ChildPrograms } from "./child-programs.ts";
import { countEffects } from "./count-effects.ts";
import {
  type Counts,
  consumerTable,
  costChart,
  eventTable,
  killTable,
  operationTable,
  rateChart,
  wrongAfterKills,
} from "./effects-tables.ts";
import type { Kills } from "./kill-child.ts";
import { killEverywhere } from "./kill-everywhere.ts";
import { measureBaskets } from "./measure-baskets.ts";
import { CONSUMERS, SIDES, type Side } from "./sides.ts";
import { LATENCY_MS, secondsAnEvent, type Times, timeSides } from "./time-sides.ts";

const COMPARED = ["ours", "powertools", "marker"] as const satisfies readonly Side[];
const VARIANTS = ["powertools-picky", "powertools-single"] as const satisfies readonly Side[];

type Measured = {
  readonly live: { readonly counts: Counts; readonly times: Times };
  readonly backlog: { readonly counts: Counts; readonly times: Times };
  readonly kills: ReadonlyMap<Side, Kills>;
  readonly baskets: Table;
};

const AT_ONCE = 2;

/** What is not timed may run two at a time; a failure waits until nothing runs any more. */
const forEach = async <V>(
  sides: readonly Side[],
  work: (side: Side) => Promise<V>,
): Promise<ReadonlyMap<Side, V>> => {
  const results: (readonly [Side, V])[] = [];
  for (let first = 0; first < sides.length; first += AT_ONCE) {
    const some = sides.slice(first, first + AT_ONCE);
    const running = some.map(async (side) => [side, await work(side)] as const);
    await Promise.allSettled(running);
    results.push(...(await Promise.all(running)));
  }
  return new Map(results);
};

const countAll = (
  { trace, signal, onProgress }: PartOptions,
  programs: ChildPrograms,
  mode: Mode,
): Promise<Counts> => {
  onProgress(`counting requests and units, ${mode}`);
  const sides = [...COMPARED, ...VARIANTS];
  return forEach(sides, (side) => countEffects({ trace, side, mode, signal, programs }));
};

const killAll = (
  { signal, onProgress }: PartOptions,
  programs: ChildPrograms,
): Promise<ReadonlyMap<Side, Kills>> => {
  onProgress("killing each side at every call of a small trace");
  return forEach(COMPARED, (side) => killEverywhere({ side, programs, signal }));
};

const measureAll = async (options: PartOptions, programs: ChildPrograms): Promise<Measured> => {
  const time = (sides: readonly Side[], mode: Mode, rounds: number) =>
    timeSides({ ...options, sides, mode, rounds, programs });
  const kills = await killAll(options, programs);
  const counts = await countAll(options, programs, "live");
  const compared = await time(COMPARED, "live", options.rounds);
  const variants = await time(VARIANTS, "live", 1);
  options.onProgress("counting write units by lines an order");
  const baskets = await measureBaskets({ ...options, programs });
  return {
    live: { counts, times: new Map([...compared, ...variants]) },
    backlog: {
      counts: await countAll(options, programs, "backlog"),
      times: await time(COMPARED, "backlog", 1),
    },
    kills,
    baskets,
  };
};

const found = <V>(map: ReadonlyMap<Side, V>, side: Side): V => {
  const value = map.get(side);
  if (value === undefined) throw new Error(`${SIDES[side]} was not measured`);
  return value;
};

const rateFigure = (
  { times }: Measured["live"],
  { name, mode, against, goal }: { name: string; mode: Mode; against: Side; goal?: Goal },
) => {
  const ours = secondsAnEvent(found(times, "ours"));
  const theirs = secondsAnEvent(found(times, against));
  const rounds = ours.map((seconds, round) => (theirs[round] ?? Number.NaN) / seconds);
  return {
    ...{ name: `effects: ${name}`, value: median(rounds), rounds, unit: "x" },
    ...(goal === undefined ? {} : { goal }),
    tells: `${mode}: events a second of one warm execution environment a consumer, all five added up, with ${LATENCY_MS} ms added to each call, ours against ${SIDES[against]}`,
  };
};

const BATCHES: Readonly<Record<Mode, string>> = {
  live: "in batches of ten in the order of publication",
  backlog: "from a backlog, where a batch is runs of single orders",
};

const costFigures = (counts: Counts, mode: Mode) => {
  const cost = (side: Side) => found(counts, side).all;
  const isLive = mode === "live";
  const prefix = isLive ? "effects: " : "effects: backlog, ";
  // Of (b)'s two ways to write several counters, each is held against the cheaper one.
  const units = Math.min(cost("powertools").writeUnits, cost("powertools-single").writeUnits);
  const theirs = { units, requests: cost("powertools").dynamoRequests };
  const how = `an event at all five consumers, ${BATCHES[mode]}, as the store counts them`;
  const ours = cost("ours");
  return [
    {
      ...{
        name: `${prefix}write units against (b)`,
        unit: "x",
        value: ours.writeUnits / theirs.units,
      },
      ...(isLive ? { goal: { atMost: 0.5 } } : {}),
      tells: `write units ${how}, ours against the cheaper of (b)'s two ways to write several counters`,
    },
    {
      ...{ name: `${prefix}DynamoDB requests against (b)`, unit: "x" },
      value: ours.dynamoRequests / theirs.requests,
      ...(isLive ? { goal: { atMost: 0.35 } } : {}),
      tells: `requests to DynamoDB ${how}, ours against (b), which takes fewest with several counters in one transaction`,
    },
    {
      ...{ name: `${prefix}write units against (c)`, unit: "x" },
      value: ours.writeUnits / cost("marker").writeUnits,
      tells: `write units ${how}, ours against (c)`,
    },
    {
      ...{ name: `${prefix}write units an event`, unit: "write units", value: ours.writeUnits },
      tells: `ours, ${how}`,
    },
    {
      ...{ name: `${prefix}DynamoDB requests an event`, unit: "requests" },
      value: ours.dynamoRequests,
      tells: `ours, ${how}`,
    },
    {
      ...{ name: `${prefix}SQS requests an event`, unit: "requests", value: ours.sqsRequests },
      tells: `receives and deletes ${how}; the same for (b) and (c)`,
    },
  ];
};

const killFigures = ({ kills }: Measured) =>
  COMPARED.map((side) => {
    const each = found(kills, side);
    const places = CONSUMERS.reduce((sum, name) => sum + each[name].kills, 0);
    return {
      ...{
        name: `effects: wrong after a kill, ${side}`,
        unit: "kills",
        value: wrongAfterKills(each),
      },
      tells: `${SIDES[side]}: of ${places} kills, one at every call of a small trace, those after which a table is wrong for good`,
    };
  });

const NOTES = [
  "All tables of every run were compared with what the events must come to, worked out apart; a difference fails this part.",
  "The store is dynoxide, an emulator: its write and read units are by DynamoDB's published rules, its times are its own. It refuses no transaction for a conflict.",
  "Every side's functions run bundled in a process of their own, warm, one batch at a time, with the client of `lambdas/aws/aws-clients.ts`. Ours also writes its metrics; the others write none.",
  "(b) is put together as the library's documentation shows, keyed by the event's id, with one client and no read that its effect does not need. Its FIFO processor works through a batch one message after the other; (c) works on the orders of a batch side by side, as ours does.",
  "A kill leaves the calls before it done and lets none after it through; the messages come back after the visibility timeout, with the clock moved. This runs on dynoxide, without added latency.",
  "Two events of an order in one batch are one write. A small shop has many such pairs, since an order is often paid before the next one is placed, and a busy one has few: the table by lines an order has two busy days as well.",
  "Without a trace the events are those of a marketplace's day (`bench/market-day.ts`): nine in ten orders for one product, of customers who do not come back. On the demo's day, with fuller baskets, ours costs more write units; the table by lines has both.",
  "(c) has no fence: what a dead letter or a late invocation does to the order of an order's events is not tried here.",
];

const report = (measured: Measured): PartReport => {
  const { live, backlog, kills, baskets } = measured;
  return {
    figures: [
      rateFigure(live, {
        ...{ name: "events/s against (b)", mode: "live", against: "powertools" },
        goal: { atLeast: 5 },
      }),
      rateFigure(live, { name: "events/s against (c)", mode: "live", against: "marker" }),
      ...costFigures(live.counts, "live"),
      rateFigure(backlog, {
        ...{ name: "backlog, events/s against (b)", mode: "backlog", against: "powertools" },
      }),
      ...costFigures(backlog.counts, "backlog"),
      ...killFigures(measured),
    ],
    tables: [
      eventTable("Live, an event at all five consumers", live.counts, live.times),
      eventTable("Backlog, an event at all five consumers", backlog.counts, backlog.times),
      consumerTable(live.counts, live.times),
      operationTable(live.counts),
      baskets,
      killTable(kills),
    ],
    charts: [
      rateChart(live.times),
      costChart("Live, write units", live.counts, "writeUnits"),
      costChart("Live, DynamoDB requests", live.counts, "dynamoRequests"),
    ],
    notes: NOTES,
  };
};

export const effects: Part = {
  name: "effects",
  summary: "the same five effects by this bus, by Powertools and by a home-made recipe",
  run: async (options) => {
    const programs = buildChildPrograms();
    try {
      const measured = await measureAll(options, programs);
      const wrong = wrongAfterKills(found(measured.kills, "ours"));
      if (wrong > 0)
        throw new Error(`${wrong} kills left wrong tables behind: a guarantee is broken`);
      return report(measured);
    } finally {
      programs.remove();
    }
  },
};
