/**
 * Runs one world to its end: shop, relay, topic, queues, consumers, operators; then the poisons are
 * repaired and the operators clear up, until every event is applied or was given up on purpose.
 */
import type { Admission } from "../../lambdas/core/ports.ts";
import { relayBatch } from "../../lambdas/core/relay-batch.ts";
import { tickAdmission } from "../../lambdas/core/tick-admission.ts";
import { createOrderApi } from "../../lambdas/order-api/order-api.ts";
import { checkAgreement } from "./agreement.ts";
import { checkAllAsked } from "./asked.ts";
import { type Bus, type ConsumerState, newBus, START_MS, type Struck } from "./bus.ts";
import { checkCalm } from "./calm.ts";
import { checkBudget, checkConserved, checkEffects, checkQuiet, isSettled } from "./checks.ts";
import { type Door, openDoor, type Tick } from "./door.ts";
import type { Violation } from "./history.ts";
import { checkMove } from "./isolation.ts";
import { act, discardOne, nativeRedrive, replay } from "./operators.ts";
import { type ConsumerHandler, productionHandler, startMapping } from "./queue-mapping.ts";
import { runOrder } from "./shop.ts";
import { type CreateApi, LONGEST_WAIT_MS } from "./shop-client.ts";
import { type RelayHandler, type RelayStart, startStream } from "./stream-mapping.ts";
import { toolRedrive } from "./tool-redrive.ts";
import { watched } from "./watched.ts";
import type { World } from "./world.ts";

/** The code under test; a mutant replaces a part of it. */
export type CodeUnderTest = {
  readonly api: CreateApi;
  readonly consumer: ConsumerHandler;
  readonly tick: Tick;
  readonly relay: RelayHandler;
  readonly start: RelayStart;
  readonly redrive: (bus: Bus, consumer: ConsumerState) => Promise<void>;
};
export const production: CodeUnderTest = {
  api: createOrderApi,
  consumer: productionHandler,
  tick: tickAdmission,
  relay: relayBatch,
  start: "TRIM_HORIZON",
  redrive: toolRedrive,
};

export const alwaysOpen: Admission = async () => ({ kind: "open" });

export type WorldReport = {
  readonly violations: readonly Violation[];
  readonly hits: ReadonlyMap<string, number>;
  readonly dealt: readonly string[];
  readonly events: number;
  readonly hash: number;
};

const ROUNDS = 40;

export const runWorld = async (
  world: World,
  code: CodeUnderTest = production,
  plan: Struck = { struck: new Set() },
): Promise<WorldReport> => {
  const bus = newBus(world, plan);
  startStream(bus, code.relay, code.start);
  for (const consumer of bus.consumers) {
    if (bus.faults.deal("subscribe") === "late") consumer.subscribedMs = START_MS + 10_000;
    consumer.moved = (message) => checkMove(bus, consumer, message);
    startMapping(bus, consumer, watched(bus, consumer, code.consumer));
  }
  const door = world.door && openDoor(bus, world.door, code.tick);
  const shop = { bus, createApi: code.api, admission: door?.admission ?? alwaysOpen };
  void door?.watch();
  for (const order of world.orders) void runOrder(shop, order);
  let ended = false;
  void direct(bus, code, door).then(() => {
    ended = true;
  });
  const how = await bus.clock.run(() => ended || bus.history.violations.length > 0);
  bus.ended = true;
  if (how === "idle") bus.history.violate("12 liveness", "nothing moves and not all is done");
  if (bus.history.violations.length === 0) checkAllAsked(bus);
  if (bus.history.violations.length === 0) checkBudget(bus);
  if (bus.history.violations.length === 0) checkEffects(bus);
  if (bus.history.violations.length === 0) checkAgreement(bus);
  return {
    violations: bus.history.violations,
    hits: bus.faults.hits,
    dealt: bus.faults.dealt,
    events: bus.history.applied.length,
    hash: bus.history.hash >>> 0,
  };
};

/** Acts as the world says, then mends it. */
const direct = async (bus: Bus, code: CodeUnderTest, door?: Door): Promise<void> => {
  const { world } = bus;
  const acts = [...world.acts].sort((a, b) => a.atMs - b.atMs);
  const acting: Promise<void>[] = [];
  for (const { kind, atMs, consumer: index } of acts) {
    await bus.clock.sleep(START_MS + atMs - bus.clock.nowMs());
    const consumer = bus.consumers[index] as ConsumerState;
    const handler = watched(bus, consumer, code.consumer);
    acting.push(act(bus, consumer, kind, { ...code, consumer: handler }));
  }
  if (world.calmFromMs !== undefined) {
    await bus.clock.sleep(START_MS + world.calmFromMs - bus.clock.nowMs());
    await Promise.all(acting);
    await checkCalm(bus);
  }
  await bus.clock.sleep(START_MS + world.repairedMs - bus.clock.nowMs());
  await untilQuiet(bus);
  checkConserved(bus);
  for (const consumer of bus.consumers) consumer.repaired = true;
  for (let round = 0; round < ROUNDS; round++) {
    await clearUp(bus, code, round);
    await untilQuiet(bus);
    checkConserved(bus);
    if (!isAllDone(bus)) continue;
    await door?.checkOpens();
    if (bus.waiting > 0) await bus.clock.sleep(LONGEST_WAIT_MS);
    if (bus.waiting === 0 && isQuiet(bus) && isAllDone(bus)) return forget(bus);
  }
  bus.history.violate("12 liveness", `not all is applied after ${ROUNDS} rounds of clearing up`);
};

const DAY_MS = 86_400_000;

/**
 * Lets TTL delete the finished orders' rows, up to two days early or late, and replays everything:
 * an absent row must not be taken for an order that never was (T18).
 */
const forget = async (bus: Bus): Promise<void> => {
  const fault = bus.faults.deal("ttl");
  const offMs = fault === "early" ? -2 * DAY_MS : fault === "late" ? 2 * DAY_MS : 0;
  const rowsOf = ({ spec }: ConsumerState) => bus.tables.rows(spec.name);
  const expiries = bus.consumers.flatMap((consumer) =>
    [...rowsOf(consumer).values()].flatMap(({ expiresAt = [] }) => expiresAt),
  );
  if (expiries.length === 0) return;
  await bus.clock.sleep(Math.max(...expiries) * 1_000 + offMs - bus.clock.nowMs());
  for (const consumer of bus.consumers) {
    for (const row of [...rowsOf(consumer).values()]) {
      if (row.expiresAt === undefined) continue;
      bus.forgotten.set(`${consumer.spec.name}|${row.orderId}`, row.seq);
      rowsOf(consumer).delete(row.orderId);
    }
    for (const { orderId } of bus.world.orders) replay(bus, consumer, orderId);
  }
  await untilQuiet(bus);
};

const isAllDone = (bus: Bus): boolean =>
  bus.consumers.every((consumer) => isComplete(bus, consumer));

const isComplete = (
  bus: Bus,
  { spec, deadLetters, subscriptionDeadLetters }: ConsumerState,
): boolean =>
  deadLetters.size() + subscriptionDeadLetters.size() === 0 &&
  [...bus.orders.values()].every(({ orderId, events }) =>
    events.every((_, index) => isSettled(bus, spec, { orderId, sequence: index + 1 })),
  );

const clearUp = async (bus: Bus, code: CodeUnderTest, round: number): Promise<void> => {
  for (const consumer of bus.consumers) {
    const unknown = (orderId: string, seq: number) => bus.unknownVersions.has(`${orderId}-${seq}`);
    await discardOne(bus, consumer, unknown);
    for (;;) {
      const message = consumer.subscriptionDeadLetters.takeOldest();
      if (message === undefined) break;
      const { groupId, body } = message;
      const { name } = consumer.spec;
      bus.undelivered.set(name, [...(bus.undelivered.get(name) ?? []), message]);
      consumer.queue.send({ groupId, body, dedupId: bus.ids() }, bus.clock.nowMs());
    }
    await (round % 2 === 0 ? nativeRedrive(bus, consumer) : code.redrive(bus, consumer));
    if (consumer.subscribedMs > 0 && round % 2 === 0) {
      for (const { orderId } of bus.world.orders) replay(bus, consumer, orderId);
    }
    consumer.wake();
  }
};

/** Until nothing is under way anywhere; the dead wait in their queues. */
const untilQuiet = async (bus: Bus): Promise<void> => {
  const deadlineMs = bus.clock.nowMs() + quietBoundMs(bus);
  for (let waitMs = 200; !isQuiet(bus); waitMs = Math.min(waitMs * 2, 60_000)) {
    if (bus.clock.nowMs() > deadlineMs) {
      bus.history.violate("12 liveness", checkQuiet(bus));
      return;
    }
    await bus.clock.sleep(waitMs);
  }
};

const isQuiet = (bus: Bus): boolean =>
  bus.shopping === 0 &&
  bus.running === 0 &&
  bus.delivering === 0 &&
  bus.checkpoints.every((done, shard) => done === bus.shards[shard]?.length) &&
  bus.consumers.every(({ queue }) => queue.size() === 0);

/** Every receive at the cap and at the visibility timeout: the longest that SQS lets a head live. */
const quietBoundMs = (bus: Bus): number =>
  3_600_000 +
  Math.max(
    ...bus.consumers.map(
      ({ spec }) =>
        2 * spec.maxReceiveCount * (spec.rules.backoffCapSeconds * 1_000 + spec.visibilityMs),
    ),
  );
