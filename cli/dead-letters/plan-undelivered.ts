import type { Stage } from "../stage-clients.ts";
import { consumerNamed } from "../stage-outputs.ts";
import { listUndelivered, type UndeliveredList } from "./list-undelivered.ts";
import type { LookOptions } from "./look-alone.ts";
import { areSeen, type RedrivePlan } from "./plan.ts";
import { type Patience, planPatiently } from "./plan-patiently.ts";

export type UndeliveredChoice = LookOptions &
  Patience & { readonly orderIds?: readonly string[] | undefined };

/**
 * What SNS failed to deliver of an order need not be all of it in a row, so its letters cannot be
 * counted by its events: with all orders chosen the queue's depth is their number, else the plan
 * says how many orders.
 */
export const planOfUndelivered = (
  { consumer, orders, depth, remarks, partlySeen, leasedBy }: UndeliveredList,
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
    ...(partlySeen && !areSeen(orderIds, chosen) ? { partlySeen } : {}),
    ...(leasedBy && { leasedBy }),
  };
};

/** What a redrive of the subscription's dead letters would do now. Nothing is changed. */
export const planUndelivered = (
  stage: Stage,
  consumer: string,
  { orderIds, ...options }: UndeliveredChoice = {},
): Promise<RedrivePlan> => {
  const { name, subscriptionDeadLetterQueueUrl: url } = consumerNamed(stage.outputs, consumer);
  return planPatiently(stage, { name, url }, options, async () =>
    planOfUndelivered(await listUndelivered(stage, consumer, options), orderIds),
  );
};
