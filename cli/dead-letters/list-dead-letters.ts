/**
 * The dead letters of a consumer, order by order.
 *
 * A FIFO queue cannot be read through: only the first letter of an order can be seen (2.7). So heads
 * with a decision come from the index of the rows, followers from the order's events, and heads
 * without a decision from a look at each order's first letter. The queue's depth says whether that
 * is all.
 */

import { dueAt } from "../due-at.ts";
import { queueCounts, queueDepth } from "../queue-depth.ts";
import { readHistoriesOf } from "../read-histories.ts";
import type { Stage } from "../stage-clients.ts";
import { consumerNamed } from "../stage-outputs.ts";
import type { DeadLetterList, DeadOrder } from "./dead-letter.ts";
import { judgeOrder, type PeekedHead } from "./judge-order.ts";
import { PARTLY_SEEN, peekLetters } from "./peek-letters.ts";
import { sumLetters } from "./plan.ts";
import { readDecidedRows, readRows } from "./read-dead-rows.ts";
import { reconcile } from "./reconcile.ts";
import { leaseWorker, remarkOnLease } from "./redrive-lease.ts";

export type ListOptions = {
  /** Letters looked at, of about so many. */
  readonly onProgress?: (looked: number, depth: number) => void;
  readonly signal?: AbortSignal | undefined;
  readonly nowMs?: () => number;
  /** Who asks holds the lease, under this token. */
  readonly leaseToken?: string;
};

const lookInto = async (
  stage: Stage,
  consumer: { readonly name: string; readonly deadLetterQueueUrl: string },
  { onProgress, signal, nowMs, leaseToken }: ListOptions,
) => {
  const asking = { signal, ...(nowMs && { nowMs }) };
  const leasedBy =
    leaseToken === undefined ? await leaseWorker(stage, consumer.name, asking) : undefined;
  const counts = await queueCounts(stage.sqs, consumer.deadLetterQueueUrl);
  if (leasedBy !== undefined) {
    // A look would hide letters from the run.
    const [heads, remarks] = [new Map<string, PeekedHead>(), [remarkOnLease(leasedBy)]];
    return { counts, heads, complete: false, remarks, leasedBy };
  }
  const depth = counts.waiting;
  const told = (looked: number) => onProgress?.(looked, depth);
  const options = { visible: depth, onProgress: told, signal };
  const { heads, complete } = await peekLetters(stage.sqs, consumer.deadLetterQueueUrl, options);
  const remarks = complete ? [] : [PARTLY_SEEN];
  return { counts, heads, complete, remarks, leasedBy: undefined };
};

const inQueueOrder = (
  peeked: ReadonlyMap<string, PeekedHead>,
  decided: ReadonlyMap<string, unknown>,
): string[] => [...new Set([...peeked.keys(), ...decided.keys()])];

/** Writes nothing but the visibility of what it looked at. Rejects where the stage cannot be read. */
export const listDeadLetters = async (
  stage: Stage,
  name: string,
  options: ListOptions = {},
): Promise<DeadLetterList> => {
  const consumer = consumerNamed(stage.outputs, name);
  // The queue before the rows: what is applied meanwhile is seen as applied.
  const { counts, heads, complete, remarks, leasedBy } = await lookInto(stage, consumer, options);
  const decided = await readDecidedRows(stage, consumer.name);
  const orderIds = inQueueOrder(heads, decided);
  const undecided = orderIds.filter((id) => !decided.has(id));
  const others = await readRows(stage, consumer.name, undecided);
  const histories = await readHistoriesOf(stage, orderIds);
  const due = dueAt(stage.outputs, consumer);
  const orders: DeadOrder[] = [];
  for (const orderId of orderIds) {
    const row = decided.get(orderId) ?? others.get(orderId) ?? { seq: 0 };
    const types = histories.get(orderId);
    const order = judgeOrder({ orderId, row, types, due, peeked: heads.get(orderId) });
    if (order !== undefined) orders.push(order);
  }
  const source = await queueDepth(stage.sqs, consumer.queueUrl);
  const letters = sumLetters(orders);
  const depth = counts.waiting + counts.inFlight;
  // A count of hidden ones may be old: where all is explained and seen, none was hidden.
  const isAllSeen = depth <= letters && orders.every(({ seen }) => seen);
  const partly = !complete || (counts.inFlight > 0 && !isAllSeen);
  return {
    ...{ consumer: consumer.name, orders, letters, depth },
    ...(partly ? { partlySeen: true } : {}),
    remarks: [...remarks, ...reconcile(orders, { deadLetters: counts, source })],
    ...(leasedBy === undefined ? {} : { leasedBy }),
  };
};
