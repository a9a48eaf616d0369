/** Events that kill the function that runs them, and with it the batch that they came in. */
import { nativeRedrive } from "../operators.ts";
import { makeOrders } from "./make-orders.ts";
import { deadOrders, exhaustedOrders, lastMoveMs, latenciesMs } from "./measure-run.ts";
import { DEFAULT_CONSUMER, playLongRun, redriveAll, untilQuiet } from "./play-long-run.ts";

export type KillerReport = {
  readonly killers: number;
  readonly orders: number;
  readonly killersDead: number;
  /** Other orders with a dead letter. */
  readonly innocentDead: number;
  readonly exhausted: number;
  /** From the first event to the last dead letter's arrival. */
  readonly untilDeadMs: number;
  /** Events of innocent orders that waited for a visibility timeout: a killer took them along. */
  readonly takenAlong: number;
  /** The longest that an event of an innocent order took. */
  readonly slowestInnocentMs: number;
  readonly redrives: number;
};

export type KillerPlan = Readonly<Record<"seed" | "killers" | "orders", number>>;

/** So many events at once that batches are full, and each killer has company. */
const RUSH_MS = 10_000;
const POLLERS = 1;

export const playKillers = ({ seed, killers, orders }: KillerPlan): Promise<KillerReport> => {
  const made = makeOrders({
    ...{ seed, orders, prefix: "o" },
    ...{ withinMs: RUSH_MS, gapMs: RUSH_MS },
  });
  const guilty = new Set(made.slice(0, killers).map(({ orderId }) => orderId));
  const poisons = [...guilty].map((orderId) => ({ orderId, sequence: 2, kind: "kills" as const }));
  return playLongRun(
    { seed, orders: made, consumer: { poisons, pollers: POLLERS } },
    async (run) => {
      await untilQuiet(run);
      const dead = [...deadOrders(run)];
      const innocentMs = latenciesMs(run, (id) => !guilty.has(id));
      const report = {
        ...{ killers, orders },
        killersDead: dead.filter((id) => guilty.has(id)).length,
        innocentDead: dead.filter((id) => !guilty.has(id)).length,
        exhausted: exhaustedOrders(run),
        untilDeadMs: lastMoveMs(run),
        takenAlong: innocentMs.filter((ms) => ms >= DEFAULT_CONSUMER.visibilityMs).length,
        slowestInnocentMs: innocentMs.at(-1) ?? 0,
      };
      return { ...report, redrives: await redriveAll(run, nativeRedrive) };
    },
  );
};
