/** Orders with an event that no attempt can take, among healthy ones. */
import { nativeRedrive } from "../operators.ts";
import type { Poison, SimOrder } from "../world.ts";
import { makeLongOrder, makeOrders } from "./make-orders.ts";
import { deadOrders, exhaustedOrders, lastMoveMs, mostReceives, p99Ms } from "./measure-run.ts";
import {
  DEFAULT_CONSUMER,
  type LongRun,
  MINUTE_MS,
  playLongRun,
  redriveAll,
  untilQuiet,
} from "./play-long-run.ts";

export type PoisonReport = {
  readonly poisons: number;
  readonly followers: number;
  /** Batches received with a message of a poison order, on average. */
  readonly receives: number;
  readonly mostReceives: number;
  /** From the poison events' time to the last dead letter's arrival. */
  readonly untilDeadMs: number;
  readonly exhausted: number;
  /** Healthy orders with a dead letter. */
  readonly innocentDead: number;
  /** The healthy orders' latency, and what it is when there is no poison. */
  readonly p99Ms: number;
  readonly p99WithoutMs: number;
  readonly redrives: number;
};

export type PoisonPlan = {
  readonly seed: number;
  readonly poisons: number;
  readonly followers: number;
  readonly kind: Poison["kind"];
  readonly healthy: number;
  readonly healthyWithinMs: number;
  /** Tokens at the start, if not the default's. */
  readonly capacity?: number;
};

const POISON_AT_MS = MINUTE_MS;
/** Between two events of a poison order. */
const GAP_MS = 20;

const poisonId = (index: number): string => `poison${index}`;
const isPoison = (orderId: string): boolean => orderId.startsWith("poison");

const ordersOf = (plan: PoisonPlan): readonly SimOrder[] => {
  const { seed, healthy, healthyWithinMs, poisons, followers } = plan;
  return [
    ...makeOrders({
      ...{ seed, orders: healthy, prefix: "o" },
      ...{ withinMs: healthyWithinMs, gapMs: 10_000 },
    }),
    ...Array.from({ length: poisons }, (_, index) =>
      makeLongOrder(poisonId(index), {
        ...{ events: followers + 1, fromMs: POISON_AT_MS, gapMs: GAP_MS },
      }),
    ),
  ];
};

const play = <T>(plan: PoisonPlan, isHealed: boolean, measure: (run: LongRun) => Promise<T>) => {
  const { rules } = DEFAULT_CONSUMER;
  const { capacity = rules.budget.capacity } = plan;
  const poisons = Array.from({ length: isHealed ? 0 : plan.poisons }, (_, index) => ({
    ...{ orderId: poisonId(index), sequence: 1, kind: plan.kind },
  }));
  const consumer = { poisons, rules: { ...rules, budget: { ...rules.budget, capacity } } };
  return playLongRun({ seed: plan.seed, orders: ordersOf(plan), consumer }, async (run) => {
    await untilQuiet(run);
    return measure(run);
  });
};

const healthyP99 = (run: LongRun): number => p99Ms(run, (id) => !isPoison(id));

const measure = async (run: LongRun, plan: PoisonPlan) => {
  const dead = [...deadOrders(run)];
  if (dead.filter(isPoison).length !== plan.poisons) throw new Error("a poison order is not dead");
  const receives = dead.filter(isPoison).map((id) => run.receives.get(id) ?? 0);
  const report = {
    receives: receives.reduce((sum, count) => sum + count, 0) / plan.poisons,
    mostReceives: mostReceives(run),
    untilDeadMs: lastMoveMs(run) - POISON_AT_MS,
    exhausted: exhaustedOrders(run),
    innocentDead: dead.filter((id) => !isPoison(id)).length,
    p99Ms: healthyP99(run),
  };
  return { ...report, redrives: await redriveAll(run, nativeRedrive) };
};

export const playPoison = async (plan: PoisonPlan): Promise<PoisonReport> => {
  const { poisons, followers } = plan;
  const p99WithoutMs = await play(plan, true, async (run) => healthyP99(run));
  const report = await play(plan, false, (run) => measure(run, plan));
  return { poisons, followers, ...report, p99WithoutMs };
};
