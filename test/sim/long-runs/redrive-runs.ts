/** The console's redrive of a repaired order, while more events of the same order keep coming. */
import { nativeRedrive } from "../operators.ts";
import { makeLongOrder, makeOrders } from "./make-orders.ts";
import { deadOrders } from "./measure-run.ts";
import {
  isAllApplied,
  type LongRun,
  MINUTE_MS,
  playLongRun,
  redriveAll,
  untilQuiet,
} from "./play-long-run.ts";

export type RedriveReport = {
  readonly followers: number;
  /** Dead letters when the first redrive began. */
  readonly deadLetters: number;
  /** Events of the order that came all the while, before the first redrive and after it. */
  readonly liveEvents: number;
  /** Redrives until all was applied. */
  readonly rounds: number;
  /** From the first redrive to the last effect. */
  readonly tookMs: number;
};

export type RedrivePlan = {
  readonly seed: number;
  readonly followers: number;
  readonly liveEvents: number;
  readonly liveGapMs: number;
  readonly redriveAtMs: number;
};

const ORDER_ID = "wounded";
const GAP_MS = 20;
const LIVE_FROM_MS = 2 * MINUTE_MS;

/** They follow the poison into the dead-letter queue, some of them while it is being redriven. */
const live = ({ liveEvents, liveGapMs }: RedrivePlan) =>
  Array.from({ length: liveEvents }, (_, index) => ({
    type: "order.paid" as const,
    atMs: LIVE_FROM_MS + index * liveGapMs,
  }));

const LOOK_MS = 5_000;

/** Until each redriven message is applied or dead again; live ones may go on bouncing. */
const untilTakenIn = async ({ bus, consumer }: LongRun): Promise<void> => {
  const isRedriven = ({ dedupId }: { dedupId: string }) => dedupId.startsWith("redrive-");
  while (consumer.queue.messages().some(isRedriven)) await bus.clock.sleep(LOOK_MS);
};

/** Redrives whenever there are dead letters and the last redrive is taken in. */
const redriveAmongTraffic = async (run: LongRun): Promise<number> => {
  run.consumer.repaired = true;
  let rounds = 0;
  while (run.bus.shopping > 0) {
    if (run.consumer.deadLetters.size() > 0) {
      rounds++;
      await nativeRedrive(run.bus, run.consumer);
      await untilTakenIn(run);
    }
    await run.bus.clock.sleep(LOOK_MS);
  }
  await untilQuiet(run);
  return rounds;
};

export const playRedrive = (plan: RedrivePlan): Promise<RedriveReport> => {
  const { seed, followers, liveEvents } = plan;
  const first = makeLongOrder(ORDER_ID, { events: followers + 1, fromMs: 0, gapMs: GAP_MS });
  const order = { ...first, events: [...first.events, ...live(plan)] };
  const others = makeOrders({
    ...{ seed, orders: 100, prefix: "o" },
    ...{ withinMs: 2 * plan.redriveAtMs, gapMs: MINUTE_MS },
  });
  const poisons = [{ orderId: ORDER_ID, sequence: 1, kind: "not retryable" as const }];
  return playLongRun({ seed, orders: [order, ...others], consumer: { poisons } }, async (run) => {
    await run.bus.clock.sleep(plan.redriveAtMs);
    const deadLetters = run.consumer.deadLetters.size();
    if ([...deadOrders(run)].join() !== ORDER_ID) throw new Error("not this order alone is dead");
    const among = await redriveAmongTraffic(run);
    const after = isAllApplied(run) ? 0 : await redriveAll(run, nativeRedrive);
    const applied = run.bus.history.applied.filter(({ orderId }) => orderId === ORDER_ID);
    const startMs = Math.min(...applied.map(({ atMs }) => atMs));
    const endMs = Math.max(...applied.map(({ atMs }) => atMs));
    return { followers, deadLetters, liveEvents, rounds: among + after, tookMs: endMs - startMs };
  });
};
