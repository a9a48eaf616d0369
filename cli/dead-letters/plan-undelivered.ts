import type { Stage } from "../stage-clients.ts";
import { listUndelivered, type UndeliveredList } from "./list-undelivered.ts";
import type { RedrivePlan } from "./plan.ts";

export type UndeliveredChoice = {
  readonly orderIds?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
};

/**
 * What SNS failed to deliver of an order need not be all of it in a row, so its letters cannot be
 * counted by its events: with all orders chosen the queue's depth is their number, else the plan
 * says how many orders.
 */
export const planOfUndelivered = (
  { consumer, orders, depth, remarks, leasedBy }: UndeliveredList,
  orderIds?: readonly string[],
): RedrivePlan => {
  const chosen = orders.filter(({ orderId }) => orderIds?.includes(orderId) ?? true);
  const counted = orderIds === undefined;
  const more = "their letters are not counted: a FIFO queue shows only the first of an order";
  return {
    ...{ consumer, from: "subscription" },
    orders: chosen.map(({ orderId, sequence, toSequence, skips }) => ({
      ...{ orderId, fromSequence: sequence, toSequence, letters: 1 },
      ...(skips === undefined ? {} : { skips }),
    })),
    letters: counted ? depth : chosen.length,
    remarks: counted ? remarks : [...remarks, more],
    ...(leasedBy === undefined ? {} : { leasedBy }),
  };
};

/** What a redrive of the subscription's dead letters would do now. Nothing is changed. */
export const planUndelivered = async (
  stage: Stage,
  consumer: string,
  { orderIds, signal }: UndeliveredChoice = {},
): Promise<RedrivePlan> =>
  planOfUndelivered(await listUndelivered(stage, consumer, { signal }), orderIds);
