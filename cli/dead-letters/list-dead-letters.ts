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
import { type LookOptions, lookAlone } from "./look-alone.ts";
import { PARTLY_SEEN, peekLetters } from "./peek-letters.ts";
import { sumLetters } from "./plan.ts";
import { readDecidedRows, readRows } from "./read-dead-rows.ts";
import { isPartlySeen, reconcile } from "./reconcile.ts";
import { remarkOnLease } from "./redrive-lease.ts";

export type ListOptions = LookOptions & {
  /** Letters looked at, of about so many. */
  readonly onProgress?: (looked: number, depth: number) => void;
};

const lookInto = async (
  stage: Stage,
  { name, deadLetterQueueUrl: url }: { readonly name: string; readonly deadLetterQueueUrl: string },
  { onProgress, ...options }: ListOptions,
) => {
  const look = await lookAlone(stage, name, options, async (signal) => {
    const counts = await queueCounts(stage.sqs, url);
    const visible = counts.waiting;
    const told = (looked: number) => onProgress?.(looked, visible);
    return {
      counts,
      ...(await peekLetters(stage.sqs, url, { visible, onProgress: told, signal })),
    };
  });
  if (look.kind === "looked") {
    const { complete } = look.value;
    return { ...look.value, remarks: complete ? [] : [PARTLY_SEEN], leasedBy: undefined };
  }
  // A look would hide letters from the run.
  const counts = await queueCounts(stage.sqs, url);
  const remarks = [remarkOnLease(look.by)];
  const heads = new Map<string, PeekedHead>();
  return { counts, heads, complete: false, remarks, leasedBy: look.by };
};

const inQueueOrder = (
  peeked: ReadonlyMap<string, PeekedHead>,
  decided: ReadonlyMap<string, unknown>,
): string[] => [...new Set([...peeked.keys(), ...decided.keys()])];

/** Writes nothing but the lease, and the visibility of what it looks at. Rejects where the stage cannot be read. */
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
  const partly = !complete || isPartlySeen(orders, counts);
  return {
    ...{ consumer: consumer.name, orders, letters, depth },
    ...(partly ? { partlySeen: true } : {}),
    remarks: [...remarks, ...reconcile(orders, { deadLetters: counts, source })],
    ...(leasedBy === undefined ? {} : { leasedBy }),
  };
};
