/** Which orders a redrive is about: the snapshot that is previewed, confirmed and carried out. */
import type { DeadCause, DeadLetterList, DeadOrder, Lease } from "./dead-letter.ts";

/** All that is given must hold, of the order's first dead event. */
export type DeadLetterFilter = {
  readonly orderIds?: readonly string[];
  readonly causes?: readonly DeadCause[];
  readonly eventTypes?: readonly string[];
  /** Dead since then or later, and before then; epoch milliseconds. */
  readonly sinceMs?: number;
  readonly untilMs?: number;
};

export type PlannedOrder = Pick<
  DeadOrder,
  "orderId" | "fromSequence" | "toSequence" | "skips" | "untried" | "letters"
> & {
  /** Of the message that carried its first dead event when it was looked at. */
  readonly headMessageId?: string;
  /** An event that an operator gave up: its letter is removed and not sent. */
  readonly discardedSequence?: number;
};

/**
 * Letters of other orders, and events after `toSequence`, are not touched, whenever they come. So
 * what is done is what was shown. Plain data: it can be sent to a browser and back.
 */
export type RedrivePlan = {
  readonly consumer: string;
  /** The consumer's own dead-letter queue, or that of its SNS subscription. */
  readonly from: "consumer" | "subscription";
  readonly orders: readonly PlannedOrder[];
  readonly letters: number;
  /** What the list remarked, and what the plan leaves out. */
  readonly remarks: readonly string[];
  /** More may be there than was seen: what is done is not all of it. */
  readonly partlySeen?: true;
  /** Somebody else is at work: nothing can be planned until that is over. */
  readonly leasedBy?: Lease;
};

const within = <T>(allowed: readonly T[] | undefined, value: T | undefined): boolean =>
  allowed === undefined || (value !== undefined && allowed.includes(value));

export const matches = (order: DeadOrder, filter: DeadLetterFilter): boolean => {
  const { sinceMs = Number.NEGATIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY } = filter;
  return (
    within(filter.orderIds, order.orderId) &&
    within(filter.causes, order.head.cause) &&
    within(filter.eventTypes, order.head.eventType) &&
    order.head.sinceMs >= sinceMs &&
    order.head.sinceMs < untilMs
  );
};

export const sumLetters = (orders: readonly { readonly letters: number }[]): number =>
  orders.reduce((sum, { letters }) => sum + letters, 0);

/** Where orders are named and each was seen, it does not matter what else is there. */
export const areSeen = (
  orderIds: readonly string[] | undefined,
  seen: readonly { readonly orderId: string }[],
): boolean => {
  const ids = new Set(seen.map(({ orderId }) => orderId));
  return orderIds?.every((orderId) => ids.has(orderId)) ?? false;
};

/** What was not seen in the queue cannot be promised, so it is no part of the plan. */
export const planOf = (list: DeadLetterList, filter: DeadLetterFilter = {}): RedrivePlan => {
  const matching = list.orders.filter((order) => matches(order, filter));
  const orders = matching
    .filter(({ seen }) => seen)
    .map(({ orderId, fromSequence, toSequence, skips, untried, letters, head }) => ({
      ...{ orderId, fromSequence, toSequence, letters },
      ...(skips === undefined ? {} : { skips }),
      ...(untried === undefined ? {} : { untried }),
      ...(head.messageId === undefined ? {} : { headMessageId: head.messageId }),
    }));
  const unseen = matching.length - orders.length;
  const left =
    unseen === 0
      ? []
      : [`${unseen} more orders match, but no letter of theirs is in the queue (yet)`];
  const { consumer, remarks, partlySeen, leasedBy } = list;
  return {
    ...{
      consumer,
      from: "consumer" as const,
      orders,
      letters: sumLetters(orders),
      remarks: [...remarks, ...left],
    },
    ...(partlySeen && !areSeen(filter.orderIds, orders) ? { partlySeen } : {}),
    ...(leasedBy && { leasedBy }),
  };
};
