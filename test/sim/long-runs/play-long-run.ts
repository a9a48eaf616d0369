/**
 * One consumer of the simulated bus through hours and days of virtual time, with no fault but the
 * one that the run is about, and with the settings that a stage has unless it is told otherwise.
 */
import { stageSettings } from "../../../lib/stage-settings.ts";
import { type Bus, type ConsumerState, newBus, START_MS } from "../bus.ts";
import { checkBudget, checkConserved, checkEffects, checkQuiet, isSettled } from "../checks.ts";
import { checkMove } from "../isolation.ts";
import { placeOf } from "../place-of.ts";
import { type ConsumerHandler, productionHandler, startMapping } from "../queue-mapping.ts";
import { alwaysOpen, production } from "../run-world.ts";
import { runOrder } from "../shop.ts";
import { startStream } from "../stream-mapping.ts";
import { watched } from "../watched.ts";
import type { SimConsumer, SimOrder } from "../world.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
/** What SQS keeps messages for (14 days), and a margin: whatever is not at rest then is stuck. */
const STUCK_AFTER_MS = 15 * 24 * HOUR_MS;

const settings = stageSettings({ stage: "dev" });

/** By the stage's defaults: 8 attempts, 600 s, cap 1,800 s, 60 receives, 30 s and 180 s. */
export const DEFAULT_CONSUMER: SimConsumer = {
  name: "c0",
  rules: settings.failureRules,
  maxReceiveCount: settings.maxReceiveCount,
  timeoutMs: settings.timeoutSeconds * 1_000,
  visibilityMs: settings.visibilityTimeoutSeconds * 1_000,
  pollers: 5,
  poisons: [],
};

export type Scenario = {
  readonly seed: number;
  readonly orders: readonly SimOrder[];
  readonly consumer?: Partial<SimConsumer>;
  /** Stands between the mapping and the production code. */
  readonly around?: (bus: Bus, handler: ConsumerHandler) => ConsumerHandler;
};

export type LongRun = {
  readonly bus: Bus;
  readonly consumer: ConsumerState;
  /** Batches received that held a message of this order. */
  readonly receives: ReadonlyMap<string, number>;
  /** Since the run began, in virtual milliseconds. */
  readonly elapsedMs: () => number;
};

/** SQS hides and deletes ten messages in one call, which the models else make one by one. */
const inOneCall =
  (bus: Bus, consumer: ConsumerState, handler: ConsumerHandler): ConsumerHandler =>
  (context, messages) =>
    handler(
      {
        ...context,
        queue: {
          ...context.queue,
          hide: async (entries) => {
            await bus.clock.sleep(bus.latencyMs());
            const nowMs = bus.clock.nowMs();
            for (const { message, seconds } of entries) {
              consumer.queue.hide(message.receiptHandle, seconds, nowMs);
            }
            consumer.wake();
          },
        },
      },
      messages,
    );

const counted =
  (receives: Map<string, number>, handler: ConsumerHandler): ConsumerHandler =>
  (context, messages) => {
    for (const orderId of new Set(messages.map(({ body }) => placeOf(body).orderId))) {
      receives.set(orderId, (receives.get(orderId) ?? 0) + 1);
    }
    return handler(context, messages);
  };

const newRun = ({ seed, orders, consumer: spec, around }: Scenario): LongRun => {
  const consumers = [{ ...DEFAULT_CONSUMER, ...spec }];
  const world = {
    ...{ seed, orders, consumers, acts: [], shards: 2, repairedMs: 0 },
    ...{ initialStock: 0, ordersToday: 0 },
  };
  const made = newBus(world, { struck: new Set(), only: new Set() });
  const bus: Bus = { ...made, latencyMs: () => 2 + made.random.below(14) };
  const receives = new Map<string, number>();
  const consumer = bus.consumers[0] as ConsumerState;
  consumer.moved = (message) => checkMove(bus, consumer, message);
  const code = watched(bus, consumer, counted(receives, productionHandler));
  const handler = inOneCall(bus, consumer, code);
  startStream(bus, production.relay, production.start);
  startMapping(bus, consumer, around === undefined ? handler : around(bus, handler));
  const shop = {
    bus,
    createApi: production.api,
    admission: alwaysOpen,
  };
  for (const order of orders) void runOrder(shop, order);
  return { bus, consumer, receives, elapsedMs: () => bus.clock.nowMs() - START_MS };
};

/** Runs until `direct` is done; an invariant that breaks on the way is an error. */
export const playLongRun = async <T>(
  scenario: Scenario,
  direct: (run: LongRun) => Promise<T>,
): Promise<T> => {
  const run = newRun(scenario);
  const { bus } = run;
  let ended: { readonly value: T } | { readonly error: unknown } | undefined;
  void direct(run).then(
    (value) => {
      ended = { value };
    },
    (error: unknown) => {
      ended = { error };
    },
  );
  await bus.clock.run(() => ended !== undefined);
  bus.ended = true;
  if (ended === undefined) throw new Error(`nothing moves and not all is done: ${checkQuiet(bus)}`);
  if ("error" in ended) throw ended.error;
  checkBudget(bus);
  const [violation] = bus.history.violations;
  if (violation !== undefined) throw new Error(`${violation.invariant}: ${violation.detail}`);
  return ended.value;
};

const isQuiet = (bus: Bus): boolean =>
  bus.shopping === 0 &&
  bus.running === 0 &&
  bus.delivering === 0 &&
  bus.checkpoints.every((done, shard) => done === bus.shards[shard]?.length) &&
  bus.consumers.every(({ queue }) => queue.size() === 0);

/** Until every event is applied or in the dead-letter queue; nothing may be anywhere else then. */
export const untilQuiet = async ({ bus }: LongRun): Promise<void> => {
  const deadlineMs = bus.clock.nowMs() + STUCK_AFTER_MS;
  for (let waitMs = 200; !isQuiet(bus); waitMs = Math.min(waitMs * 1.5, MINUTE_MS)) {
    if (bus.clock.nowMs() > deadlineMs) throw new Error(`stuck: ${checkQuiet(bus)}`);
    await bus.clock.sleep(waitMs);
  }
  checkConserved(bus);
};

export const isAllApplied = ({ bus, consumer }: LongRun): boolean =>
  consumer.deadLetters.size() === 0 &&
  [...bus.orders.values()].every(({ orderId, events }) =>
    events.every((_, index) => isSettled(bus, consumer.spec, { orderId, sequence: index + 1 })),
  );

const MOST_ROUNDS = 50;

/** Repairs what was broken and redrives until all is applied, once each; answers the rounds. */
export const redriveAll = async (
  run: LongRun,
  redrive: (bus: Bus, consumer: ConsumerState) => Promise<void>,
): Promise<number> => {
  run.consumer.repaired = true;
  let rounds = 0;
  for (; !isAllApplied(run); rounds++) {
    if (rounds === MOST_ROUNDS) throw new Error(`not all is applied after ${rounds} redrives`);
    await redrive(run.bus, run.consumer);
    await untilQuiet(run);
  }
  checkEffects(run.bus);
  return rounds;
};
