/**
 * What the other consumers feel of a slow one. Orders are placed and paid at the same steady pace all
 * the time; in turns the warehouse's write of a batch takes as long as any other, or 200 ms longer.
 */
import { type LatencyLog, latencyOf, untilTold } from "../../test/load/latency-log.ts";
import { paceOrders } from "../../test/load/pace-orders.ts";
import { type MeasuredBus, openMeasuredBus } from "../embedded/open-measured-bus.ts";
import { median } from "../median.ts";
import type { Part, PartOptions, PartReport } from "../part.ts";

const SLOW = "warehouse";
/** The warehouse's facts of a batch are one call. */
const SLOW_CALL = "BatchWriteItem";
const SLOW_MS = 200;
const ORDERS_PER_SECOND = 8;
const SECONDS_EACH = 20;
const WARM_UP_SECONDS = 10;
const GOAL = 1.2;

const SIDES = ["all quick", "one slow"] as const;
type Side = (typeof SIDES)[number];

type Told = ReadonlyMap<string, readonly number[]>;
type Rounds = Readonly<Record<Side, readonly Told[]>>;

const othersOf = ({ stage }: MeasuredBus) =>
  stage.outputs.Consumers.filter(({ name }) => name !== SLOW);

const toldOf = (measured: MeasuredBus, log: LatencyLog, phase: string): Told =>
  new Map(othersOf(measured).map(({ name }) => [name, log.toldIn(phase, name)]));

let placed = 0;
const nextOrderId = () => `slow-${++placed}`;

/** What the other consumers told of the orders of this phase, and of no others. */
const playPhase = async (
  measured: MeasuredBus,
  phase: string,
  { seconds, signal }: { readonly seconds: number; readonly signal: AbortSignal },
): Promise<Told> => {
  const { latencies, send } = measured;
  latencies.begin(phase);
  const pace = { seconds, ordersPerSecond: ORDERS_PER_SECOND, signal };
  const { taken } = await paceOrders(send, nextOrderId, pace);
  await untilTold(latencies, { phase, orders: taken, consumers: othersOf(measured) });
  return toldOf(measured, latencies, phase);
};

const measure = async (measured: MeasuredBus, options: PartOptions): Promise<Rounds> => {
  const { rounds, signal, onProgress } = options;
  const told: Record<Side, Told[]> = { "all quick": [], "one slow": [] };
  await playPhase(measured, "warm-up", { seconds: WARM_UP_SECONDS, signal });
  for (let round = 1; round <= rounds; round++) {
    for (const side of round % 2 === 1 ? SIDES : SIDES.toReversed()) {
      measured.database.setDelay(side === "one slow" ? SLOW_MS : 0, SLOW_CALL);
      const phase = `${side} ${round}`;
      const result = await playPhase(measured, phase, { seconds: SECONDS_EACH, signal });
      const { p99Ms, events } = latencyOf([...result.values()].flat());
      onProgress(`${side}, round ${round}: p99 ${p99Ms} ms of ${events} events`);
      told[side].push(result);
    }
  }
  return told;
};

const ratios = (rounds: Rounds, pick: "p50Ms" | "p99Ms"): readonly number[] => {
  const of = (told: Told) => latencyOf([...told.values()].flat())[pick];
  return rounds["one slow"].map((slow, index) => {
    const quick = rounds["all quick"][index];
    if (quick === undefined) throw new Error(`round ${index + 1} has no quick side`);
    return of(slow) / of(quick);
  });
};

const rowsOf = (rounds: Rounds): (string | number)[][] => {
  const names = [...(rounds["all quick"][0]?.keys() ?? [])];
  return names.map((name) => {
    const [quick, slow] = SIDES.map((side) =>
      latencyOf(rounds[side].flatMap((told) => told.get(name) ?? [])),
    );
    if (quick === undefined || slow === undefined) throw new Error("two sides were measured");
    return [name, quick.events + slow.events, quick.p50Ms, slow.p50Ms, quick.p99Ms, slow.p99Ms];
  });
};

const report = (rounds: Rounds): PartReport => {
  const [p50, p99] = [ratios(rounds, "p50Ms"), ratios(rounds, "p99Ms")];
  const offered = `${ORDERS_PER_SECOND} orders/s, each placed and paid`;
  return {
    figures: [
      {
        ...{ name: "slow-consumer: the others' p99 latency", unit: "x" },
        ...{ value: median(p99), rounds: p99, goal: { atMost: GOAL } },
        tells: `The p99 of the other four consumers' latencies, from a step's acceptance until its effects, with a ${SLOW} that takes ${SLOW_MS} ms longer for a batch, against the same without; ${offered}, in alternating turns of ${SECONDS_EACH} s on one embedded bus.`,
      },
      {
        ...{ name: "slow-consumer: the others' median latency", unit: "x" },
        ...{ value: median(p50), rounds: p50 },
        tells: "The same of the median.",
      },
    ],
    tables: [
      {
        title: "Latencies in milliseconds, all rounds together",
        head: ["consumer", "events", "p50 quick", "p50 slow", "p99 quick", "p99 slow"],
        rows: rowsOf(rounds),
      },
    ],
    charts: [],
    notes: [
      `The slowness is waiting, not work: each ${SLOW_CALL} of the ${SLOW}, one a batch, is held up for ${SLOW_MS} ms on its way to the database.`,
      "A turn ends when the other consumers have told of all its events, and nothing else is asked of the bus meanwhile.",
    ],
  };
};

const run = async (options: PartOptions): Promise<PartReport> => {
  const measured = await openMeasuredBus(SLOW);
  try {
    return report(await measure(measured, options));
  } finally {
    await measured.close();
  }
};

export const slowConsumer: Part = {
  name: "slow-consumer",
  summary: "what the other consumers feel of one that takes 200 ms a batch",
  run,
};
