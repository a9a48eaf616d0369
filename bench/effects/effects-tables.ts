/** The tables and charts of this part, from what was measured. */
import { median } from "../median.ts";
import type { Chart, Table } from "../part.ts";
import type { EffectCount } from "./count-effects.ts";
import type { EffectCost } from "./effect-costs.ts";
import type { KillResult, Kills } from "./kill-child.ts";
import { CONSUMERS, SIDES, type Side } from "./sides.ts";
import { secondsAnEvent, type Times } from "./time-sides.ts";

export type Counts = ReadonlyMap<Side, EffectCount>;

const round = (value: number, digits = 2): number => Number(value.toFixed(digits));

const msOf = (times: Times, side: Side): number | undefined => {
  const own = times.get(side);
  return own === undefined ? undefined : median(secondsAnEvent(own)) * 1_000;
};

const costCells = (cost: EffectCost) => [
  round(cost.dynamoRequests),
  round(cost.writeUnits),
  round(cost.readUnits),
  round(cost.sqsRequests),
];

export const eventTable = (title: string, counts: Counts, times: Times): Table => ({
  title,
  head: ["", "events/s", "ms", "DynamoDB requests", "write units", "read units", "SQS requests"],
  rows: [...counts].map(([side, { all }]) => {
    const ms = msOf(times, side);
    const time = ms === undefined ? ["", ""] : [round(1_000 / ms, 1), round(ms, 1)];
    return [SIDES[side], ...time, ...costCells(all)];
  }),
});

const COMPARED = ["ours", "powertools", "marker"] as const satisfies readonly Side[];

export const consumerTable = (counts: Counts, times: Times): Table => ({
  title: "Live, an event at each consumer: (a), (b) and (c)",
  head: [
    "consumer",
    ...["ms", "DynamoDB requests", "write units"].flatMap((what) =>
      ["(a)", "(b)", "(c)"].map((side) => `${what} ${side}`),
    ),
  ],
  rows: CONSUMERS.map((name) => {
    const cost = (side: Side) => counts.get(side)?.consumers[name];
    return [
      name,
      ...COMPARED.map((side) => round(median(times.get(side)?.[name] ?? [0]) * 1_000, 1)),
      ...COMPARED.map((side) => round(cost(side)?.dynamoRequests ?? 0)),
      ...COMPARED.map((side) => round(cost(side)?.writeUnits ?? 0)),
    ];
  }),
});

export const operationTable = (counts: Counts): Table => {
  const sides = [...counts.values()];
  const operations = new Set(sides.flatMap(({ all }) => Object.keys(all.operations)));
  return {
    title: "Live, DynamoDB requests an event by operation",
    head: ["operation", ...sides.map(({ side }) => SIDES[side])],
    rows: [...operations]
      .toSorted()
      .map((operation) => [
        operation,
        ...sides.map(({ all }) => round(all.operations[operation] ?? 0)),
      ]),
  };
};

const total = (kills: Kills, what: keyof KillResult): number =>
  CONSUMERS.reduce((sum, name) => sum + kills[name][what], 0);

const COLUMNS = ["kills", "right", "doubled", "lost", "torn", "stuck", "locked"] as const;

export const killTable = (kills: ReadonlyMap<Side, Kills>): Table => ({
  title: "Killed between any two calls, at every call in turn: what the tables hold in the end",
  head: [
    "",
    ...["places to be killed at", "right", "an effect doubled", "an effect lost"],
    ...["an effect in part", "never done", "a lock left behind"],
  ],
  rows: [...kills].flatMap(([side, each]) => [
    [SIDES[side], ...COLUMNS.map((what) => total(each, what))],
    ...CONSUMERS.map((name) => [`… ${name}`, ...COLUMNS.map((what) => each[name][what])]),
  ]),
});

export const wrongAfterKills = (kills: Kills): number =>
  total(kills, "kills") - total(kills, "right");

export const costChart = (
  title: string,
  counts: Counts,
  cost: "dynamoRequests" | "writeUnits",
): Chart => ({
  title,
  unit: "an event",
  bars: [...counts].map(([side, { all }]) => ({
    label: SIDES[side],
    value: round(all[cost]),
  })),
});

export const rateChart = (times: Times): Chart => ({
  title: "Live, events of orders a second in one environment a consumer",
  unit: "events/s",
  bars: [...times.keys()].map((side) => ({
    label: SIDES[side],
    value: round(1_000 / (msOf(times, side) ?? Number.NaN), 1),
  })),
});
