import type { OrderEventType } from "../../../lambdas/core/order-event.ts";
import { type Prng, prng, seedOf } from "../prng.ts";
import type { SimOrder } from "../world.ts";

const COURSE: readonly OrderEventType[] = [
  "order.created",
  "order.paid",
  "order.shipped",
  "order.delivered",
];
const REPEATED = COURSE.slice(1);

export type OrderPlan = {
  readonly seed: number;
  readonly prefix: string;
  readonly orders: number;
  /** Each order is placed at a random moment of it. */
  readonly withinMs: number;
  readonly fromMs?: number;
  /** Longest time between two steps of an order. */
  readonly gapMs: number;
};

const course = (random: Prng, fromMs: number, gapMs: number): SimOrder["events"] => {
  let atMs = fromMs;
  return COURSE.map((type) => {
    const event = { type, atMs };
    atMs += 1 + random.below(gapMs);
    return event;
  });
};

/** Orders from placement to delivery, through the API's own code. */
export const makeOrders = (plan: OrderPlan): readonly SimOrder[] => {
  const { seed, prefix, orders, withinMs, fromMs = 0, gapMs } = plan;
  const random = prng(seedOf(seed, prefix));
  return Array.from({ length: orders }, (_, index) => ({
    orderId: `${prefix}${index}`,
    by: "api",
    events: course(random, fromMs + random.below(withinMs), gapMs),
  }));
};

/** An order as long as it is asked for, its events each `gapMs` after the one before. */
export const makeLongOrder = (
  orderId: string,
  { events, fromMs, gapMs }: Record<"events" | "fromMs" | "gapMs", number>,
): SimOrder => ({
  orderId,
  by: "store",
  events: Array.from({ length: events }, (_, index) => ({
    type: index === 0 ? "order.created" : (REPEATED[index % 3] ?? "order.paid"),
    atMs: fromMs + index * gapMs,
  })),
});
