/**
 * One order, event by event: when each was taken, how far each consumer has got, and what is stuck
 * where and why. It writes nothing.
 *
 * A consumer's row keeps how far it is and when it applied its last event, and the life of the
 * message that carries the next one. So of earlier events it is known that they were applied, and
 * not when. Of an event that a consumer has not touched yet it is known that it has not come, and
 * how many messages are on the ways that it could have taken.
 */
import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { type Item, itemToRow } from "../../lambdas/aws/ledger-item.ts";
import type { DeathCause, Discarded, LedgerRow, Life } from "../../lambdas/core/ledger-row.ts";
import type { OrderStatus } from "../../lambdas/core/order-item.ts";
import {
  type Standing as Judgement,
  lifeOf,
  type OrderEnd,
  orderEnd,
  type StandingRules,
  standingOf,
} from "../../lambdas/core/order-standing.ts";
import { type DueTypes, dueAfter, dueAt } from "../due-at.ts";
import { retryMs } from "../retry-ms.ts";
import type { Stage } from "../stage-clients.ts";
import { readOrder } from "./read-order.ts";
import { type ParkedEntry, readParked } from "./read-parked.ts";
import { readSurroundings, type Surroundings } from "./read-surroundings.ts";

/** Where the order's next due event stands at a consumer. */
export type Standing =
  /** It has applied, or been told to pass over, everything. */
  | { readonly kind: "done" }
  /** It gave up on event `seq`; those behind it wait, untried, until it is redriven or discarded. */
  | (Tried & { readonly kind: "dead"; readonly cause: DeathCause; readonly deadAtMs: number })
  /** It has tried event `seq` and will try again. */
  | (Tried & { readonly kind: "retrying" })
  /** It is trying event `seq` now, or its function died in doing so. */
  | (Tried & { readonly kind: "running" })
  /** Nothing is known of event `seq` here: it is on its way, waits, or is lost. */
  | { readonly kind: "behind"; readonly seq: number };

export type Tried = {
  readonly seq: number;
  readonly messageId: string;
  /** When this message came into the queue. */
  readonly sentAtMs: number;
  readonly attempts: number;
  readonly firstMs?: number;
  readonly lastMs?: number;
  /** Of the last attempt that failed. */
  readonly error?: { readonly name: string; readonly message: string; readonly stack?: string };
};

export type ConsumerProgress = {
  readonly consumer: string;
  /** The sequence of the last event that is applied here; 0 before the first. */
  readonly applied: number;
  /** When that was; of those before it, it is not kept. */
  readonly appliedAtMs?: number;
  readonly standing: Standing;
  /** The same as the audit judges it: it says what is late, and not only what has not come yet. */
  readonly judged: Judgement;
  /** The sequences that it does not handle; left out where there are none. */
  readonly ignored?: readonly number[];
  /** Events that wait behind the one that `standing` tells of. */
  readonly followers: number;
  /** Events that have no effect here, since an operator gave them up. */
  readonly discarded: readonly Discarded[];
  /** Where an event has not come, or not been tried for long: what there is around it. */
  readonly surroundings?: Surroundings;
};

export type TimelineEvent = {
  readonly sequence: number;
  readonly id: string;
  readonly type: string;
  /** When the step was taken, ISO 8601. The relay publishes it right after; when is not kept. */
  readonly time: string;
};

export type OrderTimeline = {
  readonly orderId: string;
  readonly status: OrderStatus;
  readonly version: number;
  readonly events: readonly TimelineEvent[];
  readonly consumers: readonly ConsumerProgress[];
  /**
   * What the relay could not send of it. Looked for only while an event has come to no consumer at
   * all, since looking hides the relay's parked entries for some seconds.
   */
  readonly parked: readonly ParkedEntry[];
};

/** A healthy bus takes seconds; the relay and a consumer may be behind for some minutes. */
const LATE_MS = 5 * 60_000;

const triedOf = (life: Life): Tried => {
  const { seq, messageId, sentAtMs, attempts, firstMs, lastMs, error } = life;
  return {
    ...{ seq, messageId, sentAtMs, attempts },
    ...(firstMs === undefined ? {} : { firstMs }),
    ...(lastMs === undefined ? {} : { lastMs }),
    ...(error === undefined ? {} : { error }),
  };
};

type Judging = {
  readonly end: OrderEnd;
  readonly due: DueTypes;
  readonly rules: StandingRules;
};

const standingAt = (row: Pick<LedgerRow, "life">, next: number | undefined): Standing => {
  if (next === undefined) return { kind: "done" };
  const life = lifeOf(row, next);
  if (life === undefined) return { kind: "behind", seq: next };
  const tried = triedOf(life);
  const { dead } = life;
  if (dead !== undefined) {
    return { kind: "dead", ...tried, cause: dead.cause, deadAtMs: dead.atMs };
  }
  return { kind: life.open ? "running" : "retrying", ...tried };
};

const progressOf = (
  consumer: string,
  row: LedgerRow | undefined,
  { end: { types, settled }, due, rules }: Judging,
): ConsumerProgress => {
  const { seq: applied = 0, appliedAtMs, discarded = [] } = row ?? {};
  const [next, ...followers] = dueAfter(types, due, applied);
  const all = new Set(dueAfter(types, due, 0));
  const ignored = types.map((_, index) => index + 1).filter((sequence) => !all.has(sequence));
  return {
    ...{ consumer, applied },
    ...(appliedAtMs === undefined ? {} : { appliedAtMs }),
    standing: standingAt(row ?? {}, next),
    judged: standingOf({ next, settled }, row ?? {}, rules),
    ...(ignored.length === 0 ? {} : { ignored }),
    followers: followers.length,
    discarded,
  };
};

/** An order's rows lie side by side, one a consumer. */
const readRows = async ({ dynamo, outputs }: Stage, orderId: string) => {
  const rows = new Map<string, LedgerRow>();
  let start: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await dynamo.send(
      new QueryCommand({
        TableName: outputs.DedupTable,
        KeyConditionExpression: "orderId = :order",
        ExpressionAttributeValues: { ":order": { S: orderId } },
        ConsistentRead: true,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    for (const item of Items) rows.set(item.consumer?.S ?? "", itemToRow(item));
    start = LastEvaluatedKey;
  } while (start !== undefined);
  return rows;
};

/** Whether no consumer knows anything of an event that some lack: so it may not have been sent. */
const nowhere = (consumers: readonly ConsumerProgress[]): boolean => {
  const first = Math.min(
    ...consumers.flatMap(({ standing }) => (standing.kind === "behind" ? [standing.seq] : [])),
  );
  return consumers.every(
    ({ standing, applied }) =>
      standing.kind === "behind" || (standing.kind === "done" && applied < first),
  );
};

const withSurroundings = async (
  stage: Stage,
  progress: ConsumerProgress,
): Promise<ConsumerProgress> => {
  if (progress.standing.kind !== "behind" && progress.judged !== "behind") return progress;
  const consumer = stage.outputs.Consumers.find(({ name }) => name === progress.consumer);
  if (consumer === undefined) return progress;
  return { ...progress, surroundings: await readSurroundings(stage, consumer) };
};

export type TimelineOptions = { readonly nowMs?: () => number };

/** `undefined` where there is no such order. */
export const readTimeline = async (
  stage: Stage,
  orderId: string,
  { nowMs: now = Date.now }: TimelineOptions = {},
): Promise<OrderTimeline | undefined> => {
  // The order first: what happens in between makes a consumer look ahead, and never behind.
  const order = await readOrder(stage, orderId);
  if (order === undefined) return undefined;
  const { status, version, events } = order;
  const rows = await readRows(stage, orderId);
  const nowMs = now();
  const end = orderEnd({ version, events }, { nowMs, settleMs: LATE_MS });
  const rules = { nowMs, retryMs: retryMs(stage.outputs) };
  const consumers = stage.outputs.Consumers.map((consumer) => {
    const { name } = consumer;
    return progressOf(name, rows.get(name), { end, due: dueAt(stage.outputs, consumer), rules });
  });
  return {
    ...{ orderId, status, version },
    events: events.map(({ id, type, time }, index) => ({ sequence: index + 1, id, type, time })),
    consumers: await Promise.all(consumers.map((one) => withSurroundings(stage, one))),
    parked: nowhere(consumers) ? await readParked(stage, orderId) : [],
  };
};
