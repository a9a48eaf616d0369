/** What happens in one world, drawn from its seed alone. */
import type { AdmissionRules } from "../../lambdas/core/admission.ts";
import type { FailureRules } from "../../lambdas/core/failure-rules.ts";
import { EVENT_TYPES, type OrderEventType } from "../../lambdas/core/order-event.ts";
import { drawDoor, later } from "./draw-door.ts";
import { type Prng, prng, seedOf } from "./prng.ts";

export type SimEvent = { readonly type: OrderEventType; readonly atMs: number };

export type SimOrder = {
  readonly orderId: string;
  /** Through the API's state machine, or straight into the store, where histories are longer. */
  readonly by: "api" | "store";
  readonly events: readonly SimEvent[];
};

/** An event that this consumer cannot take until it is repaired. */
export type Poison = {
  readonly orderId: string;
  readonly sequence: number;
  readonly kind: "not retryable" | "throws" | "kills";
};

export type SimConsumer = {
  readonly name: string;
  readonly rules: FailureRules;
  readonly maxReceiveCount: number;
  readonly timeoutMs: number;
  readonly visibilityMs: number;
  readonly pollers: number;
  /** Of a probe that ignores the other types; the deployed ones handle what they handle. */
  readonly handles?: readonly OrderEventType[];
  readonly poisons: readonly Poison[];
  /** Its dependency is down: every handler throws. */
  readonly outage?: { readonly fromMs: number; readonly toMs: number };
};

export const poisonAt = ({ poisons }: SimConsumer, orderId: string, sequence: number) =>
  poisons.find((poison) => poison.orderId === orderId && poison.sequence === sequence);

export type ActKind =
  | "native redrive"
  | "own redrive"
  | "discard"
  | "replay"
  | "pause"
  | "deploy"
  | "backfill";

export type Act = { readonly kind: ActKind; readonly atMs: number; readonly consumer: number };

export type SimDoor = { readonly rules: AdmissionRules };

export type World = {
  readonly seed: number;
  readonly orders: readonly SimOrder[];
  readonly consumers: readonly SimConsumer[];
  readonly acts: readonly Act[];
  /** Without one, orders are always let in. */
  readonly door?: SimDoor;
  readonly shards: number;
  /** Pieces of each SKU, where inventory is one of the consumers. */
  readonly initialStock: number;
  /** Of each customer, before the world began, where fraud is one of the consumers. */
  readonly ordersToday: number;
  /** From then on all faults end for a while; without it they never do. */
  readonly calmFromMs?: number;
  /** When the poisons are repaired, and the operators clear up. */
  readonly repairedMs: number;
};

const STEPS: readonly (readonly OrderEventType[])[] = [
  ["order.created", "order.paid", "order.shipped", "order.delivered"],
  ["order.created", "order.cancelled"],
  ["order.created", "order.paid", "order.cancelled"],
  ["order.created", "order.paid", "order.shipped"],
];
const LONG: readonly OrderEventType[] = ["order.paid", "order.shipped", "order.delivered"];

const drawOrder = (random: Prng, index: number): SimOrder => {
  const by = random.chance(0.6) ? "api" : "store";
  const types: OrderEventType[] =
    by === "api"
      ? [...random.pick(STEPS)]
      : [
          "order.created",
          ...Array.from({ length: random.below(random.pick([3, 6, 12])) }, () => random.pick(LONG)),
        ];
  let atMs = random.below(20_000);
  const gapMs = random.pick([1, 50, 2_000, 30_000]);
  const events = types.map((type) => {
    atMs += 1 + random.below(gapMs);
    return { type, atMs };
  });
  return { orderId: `o${index}`, by, events };
};

const drawPoisons = (random: Prng, orders: readonly SimOrder[]): Poison[] => {
  if (!random.chance(0.4)) return [];
  return Array.from({ length: 1 + random.below(2) }, () => {
    const { orderId, events } = random.pick(orders);
    const kind = random.pick(["not retryable", "throws", "kills"] as const);
    return { orderId, sequence: 1 + random.below(events.length), kind };
  });
};

type Shared = { readonly orders: readonly SimOrder[]; readonly retainDays: number };

const drawConsumer = (random: Prng, index: number, { orders, retainDays }: Shared): SimConsumer => {
  const attempts = 2 + random.below(3);
  const timeoutMs = random.pick([5_000, 10_000, 30_000]);
  const fromMs = random.below(60_000);
  const outage = { fromMs, toMs: fromMs + random.pick([5_000, 60_000, 900_000]) };
  return {
    name: `c${index}`,
    rules: {
      attempts,
      failingSeconds: random.pick([0, 10, 60]),
      backoffBaseSeconds: 1,
      backoffCapSeconds: random.pick([8, 60, 300]),
      bounceSeconds: random.pick([0, 1]),
      budget: {
        capacity: 1 + random.below(5),
        appliedPerToken: random.pick([2, 20, 200]),
        tokensPerMinute: 5,
        tokensPerHour: 1,
      },
      retainDays,
    },
    maxReceiveCount: attempts * 2 + 8,
    timeoutMs,
    visibilityMs: timeoutMs * 6,
    pollers: 1 + random.below(3),
    poisons: drawPoisons(random, orders),
    ...(random.chance(0.15) ? { outage } : {}),
  };
};

const ACTS: readonly ActKind[] = [
  "native redrive",
  "own redrive",
  "discard",
  "replay",
  "pause",
  "deploy",
  "backfill",
];

const drawActs = (random: Prng, consumers: number): Act[] =>
  Array.from({ length: random.below(4) }, () => ({
    kind: random.pick(ACTS),
    atMs: random.below(random.pick([60_000, 600_000])),
    consumer: random.below(consumers),
  }));

const DEPLOYED = ["inventory", "loyalty", "recommendation", "warehouse", "fraud"];

/** In a share of the worlds the consumers are some of the deployed ones. */
const drawNames = (random: Prng): readonly string[] => {
  if (!random.chance(0.25)) return [];
  const ranked = DEPLOYED.map((name) => ({ name, rank: random.next() }));
  return ranked.sort((a, b) => a.rank - b.rank).map(({ name }) => name);
};

const drawHandles = (random: Prng): Pick<SimConsumer, "handles"> => {
  if (!random.chance(0.3)) return {};
  return { handles: EVENT_TYPES.filter(() => random.chance(0.6)) };
};

export const drawWorld = (runSeed: number, index: number): World => {
  const seed = seedOf(runSeed, index);
  const random = prng(seedOf(seed, "world"));
  const orders = Array.from({ length: 2 + random.below(3) }, (_, at) => drawOrder(random, at));
  const shared = { orders, retainDays: random.chance(0.1) ? 1 : 0 };
  const deployed = prng(seedOf(seed, "deployed"));
  const handling = prng(seedOf(seed, "handles"));
  const names = drawNames(deployed);
  const consumers = Array.from({ length: 1 + random.below(3) }, (_, at) => {
    const consumer = drawConsumer(random, at, shared);
    return { ...consumer, name: names[at] ?? consumer.name, ...drawHandles(handling) };
  });
  const acts = drawActs(random, consumers.length);
  const door = prng(seedOf(seed, "door"));
  const hasDoor = door.chance(0.3);
  const calmFromMs = random.below(random.pick([60_000, 300_000]));
  return {
    seed,
    orders: hasDoor ? orders.map((order) => later(door, order)) : orders,
    consumers,
    acts,
    shards: 1 + random.below(2),
    initialStock: deployed.pick([3, 12, 40]),
    ordersToday: deployed.below(6),
    repairedMs: 1_200_000 + random.below(3_600_000),
    ...(random.chance(0.25) ? { calmFromMs } : {}),
    ...(hasDoor ? { door: drawDoor(door, consumers) } : {}),
  };
};
