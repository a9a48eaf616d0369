/**
 * A load that outruns one critical consumer: the door closes, the backlog stays bounded, the other
 * consumers go on as before, and all of it ends by itself. Normal and overloaded times take turns on
 * one bus, so that what else the machine does falls on both.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Send } from "../../cli/api-call.ts";
import { queueDepth } from "../../cli/queue-depth.ts";
import type { Stage } from "../../cli/stage-clients.ts";
import { consumerNamed } from "../../cli/stage-outputs.ts";
import { waitUntilDrained } from "../../cli/wait-until-drained.ts";
import { until } from "../emulators/until.ts";
import type { Game } from "../gameday/game.ts";
import type { SlowEndpoint } from "./start-slow-endpoint.ts";

export type OverloadOptions = {
  readonly rounds: number;
  readonly secondsEach: number;
  readonly ordersPerSecond: number;
  /** How long each call of the slow consumer's to its database takes. */
  readonly slowMs: number;
};

export type Latency = { readonly p50Ms: number; readonly p99Ms: number; readonly events: number };

export type Overload = {
  readonly accepted: number;
  readonly turnedAway: number;
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

const placeOrder = async (send: Send, orderId: string): Promise<number> => {
  const body = {
    ...{ orderId, customerId: `customer-of-${orderId}`, currency: "EUR" },
    lines: [{ sku: `sku-${orderId.length}`, quantity: 1, unitPriceCents: 900 }],
  };
  const headers = { "content-type": "application/json", "idempotency-key": orderId };
  const call = { method: "POST", path: "/orders", headers, body: JSON.stringify(body) } as const;
  return (await send(call)).status;
};

type Tally = { accepted: number; turnedAway: number; largestBacklog: number };

let placed = 0;

/** At a steady pace, whether or not the answers keep up. */
const pace = async (world: World, options: OverloadOptions, tally: Tally): Promise<void> => {
  const { queueUrl } = consumerNamed(world.stage().outputs, SLOW);
  const calls: Promise<void>[] = [];
  const total = options.secondsEach * options.ordersPerSecond;
  const startedAt = performance.now();
  for (let number = 0; number < total; number++) {
    const dueMs = (number * 1_000) / options.ordersPerSecond;
    await sleep(Math.max(0, dueMs - (performance.now() - startedAt)));
    const answered = placeOrder(world.send, `load-${++placed}`).then((status) => {
      if (status === 201) tally.accepted++;
      else if (status === 503) tally.turnedAway++;
      else throw new Error(`an order got ${status}; allowed: 201, or 503 while the door is closed`);
    });
    calls.push(answered);
    if (number % options.ordersPerSecond === 0) {
      const depth = await queueDepth(world.stage().sqs, queueUrl);
      tally.largestBacklog = Math.max(tally.largestBacklog, depth);
    }
  }
  await Promise.all(calls);
};

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

const latencyOf = (values: readonly number[]): Latency => {
  const sorted = values.toSorted((a, b) => a - b);
  return { p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99), events: values.length };
};

/** Until a new order is taken; resolves with how long that took. */
const reopen = async (world: World): Promise<number> => {
  const startedAt = performance.now();
  await until("a new order is taken", async () => {
    return (await placeOrder(world.send, `load-${++placed}`)) === 201;
  });
  return (performance.now() - startedAt) / 1_000;
};

export const overload = async (world: World, options: OverloadOptions): Promise<Overload> => {
  const told = { normal: new Map<string, number[]>(), loaded: new Map<string, number[]>() };
  // The first events find functions that have just started: they count for neither.
  let now: keyof typeof told | "warming up" = "warming up";
  world.listen((consumer, values) => {
    if (now === "warming up") return;
    const own = told[now].get(consumer) ?? [];
    own.push(...values);
    told[now].set(consumer, own);
  });
  const normal: Tally = { accepted: 0, turnedAway: 0, largestBacklog: 0 };
  const loaded: Tally = { accepted: 0, turnedAway: 0, largestBacklog: 0 };
  let reopenedSeconds = 0;
  try {
    await pace(world, { ...options, secondsEach: WARM_UP_SECONDS }, normal);
    for (let round = 0; round < options.rounds; round++) {
      now = "normal";
      await pace(world, options, normal);
      now = "loaded";
      world.facts.setDelay(options.slowMs);
      await pace(world, options, loaded);
      world.facts.setDelay(0);
      reopenedSeconds = Math.max(reopenedSeconds, await reopen(world));
      await waitUntilDrained(world.stage(), { stallSeconds: 60 });
    }
  } finally {
    world.facts.setDelay(0);
    world.listen(undefined);
  }
  const names = world.stage().outputs.Consumers.map(({ name }) => name);
  const others = names
    .filter((name) => name !== SLOW)
    .map((name) => {
      const of = (phase: keyof typeof told) => latencyOf(told[phase].get(name) ?? []);
      return [name, { normal: of("normal"), loaded: of("loaded") }] as const;
    });
  return {
    accepted: normal.accepted + loaded.accepted,
    turnedAway: loaded.turnedAway,
    largestBacklog: loaded.largestBacklog,
    ...{ reopenedSeconds, others: Object.fromEntries(others) },
  };
};

const ms = (value: number): string => `${Math.round(value)} ms`;

/** What was measured, a line a consumer. */
export const describeOverload = (result: Overload): readonly string[] => [
  `${result.accepted} orders taken, ${result.turnedAway} turned away; backlog at most ${result.largestBacklog}; open again after ${result.reopenedSeconds.toFixed(1)} s`,
  ...Object.entries(result.others).map(([name, { normal, loaded }]) => {
    const ratio = (a: number, b: number) => (b === 0 ? "-" : (a / b).toFixed(2));
    return `${name.padEnd(14)} p50 ${ms(normal.p50Ms)} → ${ms(loaded.p50Ms)} (× ${ratio(loaded.p50Ms, normal.p50Ms)}), p99 ${ms(normal.p99Ms)} → ${ms(loaded.p99Ms)} (× ${ratio(loaded.p99Ms, normal.p99Ms)})`;
  }),
];
