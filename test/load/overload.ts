/**
 * A load that outruns one critical consumer: the door closes, the backlog stays bounded, the other
 * consumers go on as before, and all of it ends by itself. Normal and overloaded times take turns on
 * one bus, so that what else the machine does falls on both. Nothing else is asked of the bus while
 * latencies are measured, and what follows an overload (the backlog is worked off) is a phase of its own.
 */
import type { Send } from "../../cli/api-call.ts";
import { queueDepth } from "../../cli/queue-depth.ts";
import type { Stage } from "../../cli/stage-clients.ts";
import { consumerNamed } from "../../cli/stage-outputs.ts";
import { waitUntilDrained } from "../../cli/wait-until-drained.ts";
import { until } from "../emulators/until.ts";
import type { Game } from "../gameday/game.ts";
import {
  type Latency,
  type LatencyLog,
  latencyOf,
  openLatencyLog,
  untilTold,
} from "./latency-log.ts";
import { type Paced, paceOrders, placeAndPay } from "./pace-orders.ts";
import type { SlowEndpoint } from "./start-slow-endpoint.ts";

export type OverloadOptions = {
  readonly rounds: number;
  readonly secondsEach: number;
  readonly ordersPerSecond: number;
  /** How long each call of the slow consumer's to its database takes. */
  readonly slowMs: number;
};

export type Overload = {
  readonly taken: number;
  readonly turnedAway: number;
  /** Messages. */
  readonly largestBacklog: number;
  /** From the end of the slowness until a new order is taken. */
  readonly reopenedSeconds: number;
  readonly others: Readonly<Record<string, { readonly normal: Latency; readonly loaded: Latency }>>;
};

type World = Pick<Game, "send" | "listen"> & {
  readonly stage: () => Stage;
  readonly facts: SlowEndpoint;
};

const SLOW = "warehouse";
const WARM_UP_SECONDS = 5;
const NONE: Paced = { taken: 0, turnedAway: 0 };

let placed = 0;
const nextOrderId = () => `load-${++placed}`;

const slowDepth = ({ stage }: World): Promise<number> => {
  const { sqs, outputs } = stage();
  return queueDepth(sqs, consumerNamed(outputs, SLOW).queueUrl);
};

const othersOf = ({ stage }: World) =>
  stage().outputs.Consumers.filter(({ name }) => name !== SLOW);

/** Until a new order is taken; resolves with how long that took. */
const reopen = async (send: Send): Promise<number> => {
  const startedAt = performance.now();
  await until("a new order is taken", () => placeAndPay(send, nextOrderId()));
  return (performance.now() - startedAt) / 1_000;
};

/** What was asked in each phase so far. */
type Totals = Record<"warm-up" | "normal" | "loaded", Paced>;

type Run = {
  readonly world: World;
  readonly options: OverloadOptions;
  readonly log: LatencyLog;
  readonly totals: Totals;
  readonly onSecond: () => Promise<void>;
};

/** Ends when the other consumers have told of all that was taken. */
const playPhase = async (run: Run, phase: keyof Totals, seconds: number): Promise<void> => {
  const { world, log, totals, onSecond } = run;
  const { ordersPerSecond } = run.options;
  log.begin(phase);
  const paced = await paceOrders(world.send, nextOrderId, { seconds, ordersPerSecond, onSecond });
  const taken = totals[phase].taken + paced.taken;
  totals[phase] = { taken, turnedAway: totals[phase].turnedAway + paced.turnedAway };
  await untilTold(log, { phase, orders: taken, consumers: othersOf(world) });
};

const playRound = async (run: Run): Promise<{ readonly reopenedSeconds: number }> => {
  const { world, log, options } = run;
  await playPhase(run, "normal", options.secondsEach);
  world.facts.setDelay(options.slowMs);
  await playPhase(run, "loaded", options.secondsEach);
  log.begin("recovery");
  world.facts.setDelay(0);
  const reopenedSeconds = await reopen(world.send);
  await until("the backlog is worked off", async () => (await slowDepth(world)) === 0);
  return { reopenedSeconds };
};

export const overload = async (world: World, options: OverloadOptions): Promise<Overload> => {
  const log = openLatencyLog();
  const totals: Totals = { "warm-up": NONE, normal: NONE, loaded: NONE };
  let largestBacklog = 0;
  let reopenedSeconds = 0;
  const onSecond = async () => {
    largestBacklog = Math.max(largestBacklog, await slowDepth(world));
  };
  const run: Run = { world, options, log, totals, onSecond };
  world.listen(log.hear);
  try {
    // The first events find functions that have just started: they count for neither.
    await playPhase(run, "warm-up", WARM_UP_SECONDS);
    for (let round = 0; round < options.rounds; round++) {
      reopenedSeconds = Math.max(reopenedSeconds, (await playRound(run)).reopenedSeconds);
    }
    await waitUntilDrained(world.stage(), { stallSeconds: 60 });
  } finally {
    world.facts.setDelay(0);
    world.listen(undefined);
  }
  const others = othersOf(world).map(({ name }) => {
    const of = (phase: keyof Totals) => latencyOf(log.toldIn(phase, name));
    return [name, { normal: of("normal"), loaded: of("loaded") }] as const;
  });
  return {
    taken: totals.normal.taken + totals.loaded.taken,
    turnedAway: totals.loaded.turnedAway,
    ...{ largestBacklog, reopenedSeconds, others: Object.fromEntries(others) },
  };
};

const ms = (value: number): string => `${Math.round(value)} ms`;

/** What was measured, a line a consumer. */
export const describeOverload = (result: Overload): readonly string[] => [
  `${result.taken} orders taken, ${result.turnedAway} turned away; backlog at most ${result.largestBacklog}; open again after ${result.reopenedSeconds.toFixed(1)} s`,
  ...Object.entries(result.others).map(([name, { normal, loaded }]) => {
    const ratio = (a: number, b: number) => (b === 0 ? "-" : (a / b).toFixed(2));
    return `${name.padEnd(14)} p50 ${ms(normal.p50Ms)} → ${ms(loaded.p50Ms)} (× ${ratio(loaded.p50Ms, normal.p50Ms)}), p99 ${ms(normal.p99Ms)} → ${ms(loaded.p99Ms)} (× ${ratio(loaded.p99Ms, normal.p99Ms)}), of ${normal.events} and ${loaded.events} events`;
  }),
];
