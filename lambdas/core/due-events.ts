/**
 * Which of an order's events a consumer is due to apply: those of the types that it handles.
 *
 * The others cost it no write: it acknowledges them, and its watermark stays where it is. Each event
 * carries the types of all events before it, so between the watermark and an event anybody can tell
 * what was not due from what is missing.
 */
import { EVENT_TYPES, type OrderEventType } from "./order-event.ts";

/** With an order's last step its row is told when to expire; an order has one of these at most. */
const FINAL_TYPES: readonly OrderEventType[] = ["order.delivered", "order.cancelled"];

/** The types for which a consumer writes its row; with `retainDays` 0 rows never expire. */
export const dueTypes = (
  handles: readonly OrderEventType[],
  { retainDays }: { readonly retainDays: number },
): readonly OrderEventType[] => {
  const finals = retainDays > 0 ? FINAL_TYPES : [];
  return EVENT_TYPES.filter((type) => handles.includes(type) || finals.includes(type));
};

/** What nobody here knows may be due to a newer version of the consumer: it is waited for. */
export const isDue = (type: string, due: readonly OrderEventType[]): boolean =>
  due.some((one) => one === type) || !EVENT_TYPES.some((known) => known === type);

/**
 * The sequence of the first due event after `seq`, of an order whose events 1, 2, … have these
 * types; `undefined` when there is none yet.
 */
export const nextDue = (
  types: readonly string[],
  due: readonly OrderEventType[],
  seq: number,
): number | undefined => {
  const index = types.findIndex((type, at) => at >= seq && isDue(type, due));
  return index === -1 ? undefined : index + 1;
};

/** The sequence of the last due event; 0 when there is none. */
export const lastDue = (types: readonly string[], due: readonly OrderEventType[]): number =>
  types.findLastIndex((type) => isDue(type, due)) + 1;
