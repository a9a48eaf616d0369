/** A backlog, worked off by several execution environments of one consumer in virtual time. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { seededRandom } from "../../cli/seeded-random.ts";
import { dynamoFactStore } from "../../lambdas/aws/dynamo-fact-store.ts";
import { dynamoLedger } from "../../lambdas/aws/dynamo-ledger.ts";
import { fraud } from "../../lambdas/consumers/fraud.ts";
import { inventory } from "../../lambdas/consumers/inventory.ts";
import { loyalty } from "../../lambdas/consumers/loyalty.ts";
import { composePublication } from "../../lambdas/core/compose-event.ts";
import { consumeBatch } from "../../lambdas/core/consume-batch.ts";
import type { Consumer } from "../../lambdas/core/consumer.ts";
import { type ConsumerContext, reserveOf } from "../../lambdas/core/consumer-context.ts";
import { defaultFailureRules } from "../../lib/default-failure-rules.ts";
import { type Backlog, backlog } from "./backlog.ts";
import { checkBacklog } from "./check-backlog.ts";
import { type ConflictingDynamo, conflictingDynamo } from "./conflicting-dynamo.ts";
import { createTables } from "./create-tables.ts";
import { type ConsumerName, type OrderShape, orderOf } from "./order-shapes.ts";
import { type VirtualClock, virtualClock } from "./virtual-clock.ts";

export type BacklogRun = {
  readonly shape: OrderShape;
  readonly environments: number;
  readonly orders: number;
  readonly seed: number;
  readonly serviceMs: number;
};

export type BacklogResult = {
  /** In virtual time, until nine tenths of the orders are done. */
  readonly ordersPerSecond: number;
  readonly allDoneMs: number;
  /** All per order. */
  readonly requests: number;
  readonly writeUnits: number;
  readonly conflicts: number;
  readonly handedBack: number;
  readonly ordersPerTransaction: number;
};

const CONSUMERS: Readonly<Record<ConsumerName, Consumer>> = { inventory, loyalty, fraud };
const START_MS = Date.parse("2026-01-01T12:00:01.000Z");
const INVOCATION_MS = 30_000;
/** An environment that receives nothing looks again after so long. */
const POLL_MS = 20;
const DONE_SHARE = 0.9;

type World = {
  readonly run: BacklogRun;
  readonly tables: Readonly<Record<string, string>>;
  readonly dynamo: ConflictingDynamo;
  readonly clock: VirtualClock;
  readonly random: () => number;
};

const contextOf = (
  { run, tables, dynamo, clock, random }: World,
  queue: Backlog,
): ConsumerContext => {
  const { dedup = "", ...dataTables } = tables;
  const until = clock.nowMs() + INVOCATION_MS;
  return {
    consumer: CONSUMERS[run.shape.consumer],
    settings: { initialStock: run.shape.initialStock },
    rules: defaultFailureRules,
    ledger: dynamoLedger(dynamo.client, {
      dedupTable: dedup,
      consumer: run.shape.consumer,
      dataTables,
    }),
    facts: dynamoFactStore(dynamo.client, dataTables),
    queue,
    clock,
    nextTurn: () => nextTurn(),
    random,
    remainingMs: () => until - clock.nowMs(),
    reserveMs: reserveOf(INVOCATION_MS),
  };
};

const workOff = async (world: World, queue: Backlog): Promise<void> => {
  while (queue.left() > 0) {
    const batch = queue.receive();
    if (batch.length === 0) {
      await world.clock.sleep(POLL_MS);
      continue;
    }
    const { failedIds } = await consumeBatch(contextOf(world, queue), batch);
    const failed = new Set(failedIds);
    await queue.remove(batch.filter(({ messageId }) => !failed.has(messageId)));
  }
};

/** Answers when nine tenths were done, and when all. */
const workOffTogether = async (world: World, queue: Backlog) => {
  const { run, clock } = world;
  const startMs = clock.nowMs();
  let mostDoneMs = 0;
  const watched: Backlog = {
    ...queue,
    remove: async (messages) => {
      await queue.remove(messages);
      if (mostDoneMs === 0 && queue.left() <= run.orders * (1 - DONE_SHARE)) {
        mostDoneMs = clock.nowMs() - startMs;
      }
    },
  };
  const environments = Array.from({ length: run.environments }, () => workOff(world, watched));
  await clock.run(Promise.all(environments));
  return { mostDoneMs, allDoneMs: clock.nowMs() - startMs };
};

export const runBacklog = async (
  client: DynamoDBClient,
  run: BacklogRun,
): Promise<BacklogResult> => {
  const { shape, seed, serviceMs } = run;
  const { names, keys } = await createTables(client, shape.consumer);
  const clock = virtualClock(START_MS);
  const random = seededRandom(seed).next;
  const orders = Array.from({ length: run.orders }, (_, index) => orderOf(shape, index));
  const last = orders[0]?.version ?? 1;
  const queueOf = (sequence: number) =>
    backlog(
      clock,
      orders.map((order) => composePublication(order, sequence).body),
    );
  const worldOf = (): World => {
    const dynamo = conflictingDynamo(client, { clock, random, serviceMs, keys });
    return { run, tables: names, dynamo, clock, random };
  };
  for (let sequence = 1; sequence < last; sequence++) {
    await workOffTogether(worldOf(), queueOf(sequence));
  }
  const world = worldOf();
  const queue = queueOf(last);
  const { mostDoneMs, allDoneMs } = await workOffTogether(world, queue);
  await checkBacklog({ client, names, shape, orders });
  const { counts } = world.dynamo;
  const each = (count: number) => count / run.orders;
  return {
    ordersPerSecond: (run.orders * DONE_SHARE * 1_000) / mostDoneMs,
    allDoneMs,
    requests: each(counts.requests),
    writeUnits: each(counts.writeUnits),
    conflicts: each(counts.conflicts),
    handedBack: each(queue.returned()),
    ordersPerTransaction: run.orders / Math.max(1, counts.transactions - counts.conflicts),
  };
};
