/** The events of an order that its consumer does not handle: nothing waits for them. */
import { nextDue } from "../../lambdas/core/due-events.ts";
import { type DueTypes, dueAfter } from "../due-at.ts";

/** Some events of an order, and which of them are passed over. */
export type Skipping = {
  readonly fromSequence: number;
  readonly toSequence: number;
  readonly skips?: readonly number[];
  readonly untried?: true;
};

/** `types`: of the order's events; `undefined` for one that is not in the store. */
export type DueOrder = { readonly types: readonly string[] | undefined; readonly due: DueTypes };

/** The event that is due after a watermark; past the order's last one where none is. */
export const dueNext = ({ types, due }: DueOrder, seq: number): number =>
  types === undefined ? seq + 1 : (nextDue(types, due, seq) ?? Math.max(seq, types.length) + 1);

/** Spread over what it belongs to. */
export const skipsOf = (
  { types, due }: DueOrder,
  { fromSequence, toSequence }: Omit<Skipping, "skips">,
): { readonly skips?: readonly number[] } => {
  if (types === undefined) return {};
  const isDue = new Set(dueAfter(types, due, fromSequence - 1));
  const last = Math.min(toSequence, types.length);
  const skips: number[] = [];
  for (let at = fromSequence; at <= last; at++) if (!isDue.has(at)) skips.push(at);
  return skips.length === 0 ? {} : { skips };
};

/** The first event from this one on that is not passed over. */
export const pastSkips = ({ skips }: Pick<Skipping, "skips">, sequence: number): number => {
  let next = sequence;
  while (skips?.includes(next)) next++;
  return next;
};

/**
 * How many events from this one to the last may lie dead: what is not handled only where the consumer
 * never ran, since it is acknowledged otherwise.
 */
export const countDead = (order: Skipping, from: number): number =>
  order.untried === undefined ? countDue(order, from) : Math.max(0, order.toSequence - from + 1);

/** How many events from this one to the last are not passed over. */
export const countDue = ({ toSequence, skips = [] }: Skipping, from: number): number =>
  Math.max(0, toSequence - from + 1 - skips.filter((at) => at >= from && at <= toSequence).length);
