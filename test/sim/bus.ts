/** One simulated bus: the models, wired as the stack wires the real things. */
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import { type MemoryTables, memoryTables } from "../models/memory-tables.ts";
import type { Asked } from "./asked.ts";
import type { Fate } from "./fates.ts";
import { type Faults, simFaults } from "./faults.ts";
import { type FifoQueue, fifoQueue, type QueueMessage } from "./fifo-queue.ts";
import { velocityAtStart } from "./goods.ts";
import { isIgnored, isUnhandled } from "./handled-by.ts";
import { type History, newHistory } from "./history.ts";
import type { Place } from "./place-of.ts";
import { type Prng, prng, seedOf } from "./prng.ts";
import { type SimClock, simClock } from "./sim-clock.ts";
import type { SimConsumer, World } from "./world.ts";

export type StreamRecord = {
  readonly recordId: string;
  readonly orderId: string;
  readonly oldImage?: OrderItem;
  readonly newImage: OrderItem;
};

export type ConsumerState = {
  readonly spec: SimConsumer;
  readonly queue: FifoQueue;
  readonly deadLetters: FifoQueue;
  readonly subscriptionDeadLetters: FifoQueue;
  /** Events sent before this never reached it. */
  subscribedMs: number;
  pausedUntilMs: number;
  /** SQS refuses every call until then. */
  deniedUntilMs: number;
  /** Raised by a deploy in mid-flight. */
  version: number;
  repaired: boolean;
  /** Wakes the pollers when the queue may have something for them. */
  wake: () => void;
  /** Told of each message that SQS moves to the dead-letter queue, before it is there. */
  moved: (message: QueueMessage) => void;
};

export type Bus = {
  readonly world: World;
  readonly clock: SimClock;
  readonly faults: Faults;
  readonly random: Prng;
  readonly tables: MemoryTables;
  readonly history: History;
  /** Older than any row is kept: it is refused before any handler sees it. */
  readonly isTooOld: (place: Place) => boolean;
  readonly orders: Map<string, OrderItem>;
  readonly shards: StreamRecord[][];
  readonly consumers: readonly ConsumerState[];
  readonly ids: () => string;
  /** A latency in milliseconds: mostly short, sometimes past a timeout. */
  readonly latencyMs: () => number;
  wakeRelay: () => void;
  /** Per shard, how many records are done. */
  checkpoints: number[];
  publishDownUntilMs: number;
  /** Batches received and not yet ended. */
  running: number;
  /** Messages on their way from the topic to a queue. */
  delivering: number;
  /** Per order, the highest sequence that the topic has accepted. */
  readonly published: Map<string, number>;
  /** Orders still being placed or stepped. */
  shopping: number;
  /** Orders that the door has turned away, until they are asked for again. */
  waiting: number;
  /** Every step that a client has asked for, by trace. */
  readonly asked: Map<string, Asked>;
  /** Event ids written with a schema version that nobody knows. */
  readonly unknownVersions: Set<string>;
  /** Events given up by an operator: `consumer|order|sequence`. */
  readonly discarded: Set<string>;
  /** Where an order stood when TTL deleted its row: `consumer|order`. */
  readonly forgotten: Map<string, number>;
  /** What became of each message: `consumer|message`. */
  readonly fates: Map<string, Fate>;
  /** What the topic once could not deliver, by consumer. */
  readonly undelivered: Map<string, QueueMessage[]>;
  ended: boolean;
};

export const START_MS = 1_780_000_000_000;

/** Whatever SQS moves comes by `accept`; what is sent was put there by somebody else (2.23). */
const movedToOnly = (queue: FifoQueue, history: History): FifoQueue => ({
  ...queue,
  send: (entry, nowMs) => {
    history.violate("moved by SQS only", `${queue.name}: sent by hand, of ${entry.groupId}`);
    return queue.send(entry, nowMs);
  },
});

const connect = (spec: SimConsumer, ids: () => string, history: History): ConsumerState => {
  const deadLetters = movedToOnly(
    fifoQueue({ name: `${spec.name}-dead`, visibilityMs: 30_000, dedupScope: "queue" }, ids),
    history,
  );
  const subscriptionDeadLetters = fifoQueue(
    { name: `${spec.name}-undelivered`, visibilityMs: 30_000 },
    ids,
  );
  const onMove = (message: QueueMessage): void => {
    state.moved(message);
    history.moved(spec.name, message);
  };
  const { maxReceiveCount, visibilityMs, name } = spec;
  const redrive = { maxReceiveCount, to: deadLetters };
  const state: ConsumerState = {
    spec,
    queue: fifoQueue({ name, visibilityMs, redrive, onMove }, ids),
    deadLetters,
    subscriptionDeadLetters,
    subscribedMs: 0,
    pausedUntilMs: 0,
    deniedUntilMs: 0,
    version: 1,
    repaired: false,
    wake: () => {},
    moved: () => {},
  };
  return state;
};

const DAY_MS = 86_400_000;

export type Struck = Pick<Parameters<typeof simFaults>[0], "struck" | "only">;

export const newBus = (world: World, plan: Struck): Bus => {
  const random = prng(seedOf(world.seed, "run"));
  let issued = 0;
  const ids = () => `m${String(++issued).padStart(6, "0")}`;
  const orders: Bus["orders"] = new Map();
  const clock = simClock(START_MS);
  // The orders of a world are kept equally long at all its consumers.
  const retainMs = (world.consumers[0]?.rules.retainDays ?? 0) * DAY_MS;
  const isTooOld: Bus["isTooOld"] = ({ orderId, sequence }) => {
    const time = orders.get(orderId)?.events[sequence - 1]?.time;
    return retainMs > 0 && time !== undefined && clock.nowMs() - Date.parse(time) > retainMs;
  };
  const isOf = (consumer: string, is: (spec: SimConsumer) => boolean): boolean =>
    world.consumers.some((spec) => spec.name === consumer && is(spec));
  const history = newHistory({
    isUnhandled: (consumer, place) => isOf(consumer, (spec) => isUnhandled(orders, spec, place)),
    isIgnored: (consumer, place) => isOf(consumer, (spec) => isIgnored(orders, spec, place)),
    isTooOld,
  });
  const tables = memoryTables();
  for (const [key, count] of velocityAtStart(START_MS, world.ordersToday)) {
    tables.items("velocity").set(key, { orders: count });
  }
  const faults = simFaults({ seed: world.seed, ...plan });
  return {
    world,
    clock,
    faults,
    random,
    tables,
    history,
    isTooOld,
    orders,
    shards: Array.from({ length: world.shards }, () => []),
    consumers: world.consumers.map((spec) => connect(spec, ids, history)),
    ids,
    latencyMs: () => {
      const draw = random.next();
      if (draw < 0.9 || faults.calm) return 1 + Math.floor(draw * 10);
      return draw < 0.99 ? random.below(2_000) : random.below(40_000);
    },
    wakeRelay: () => {},
    checkpoints: [],
    publishDownUntilMs: 0,
    running: 0,
    delivering: 0,
    published: new Map(),
    shopping: world.orders.length,
    waiting: 0,
    asked: new Map(),
    unknownVersions: new Set(),
    discarded: new Set(),
    forgotten: new Map(),
    fates: new Map(),
    undelivered: new Map(),
    ended: false,
  };
};
