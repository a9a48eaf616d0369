/** How a page names the dead orders that it means: the same filter to show, redrive and discard. */
import * as v from "valibot";
import type { DeadCause, DeadOrder } from "../dead-letters/dead-letter.ts";
import { type DeadLetterFilter, matches } from "../dead-letters/plan.ts";

const text = v.pipe(v.string(), v.maxLength(200));

export const filterSchema = v.object({
  orderId: v.exactOptional(text),
  cause: v.exactOptional(text),
  eventType: v.exactOptional(text),
  errorName: v.exactOptional(text),
});

export type PageFilter = v.InferOutput<typeof filterSchema>;

export const filterOf = ({ orderId, cause, eventType }: PageFilter): DeadLetterFilter => ({
  ...(orderId === undefined ? {} : { orderIds: [orderId] }),
  // A cause that does not exist matches nothing.
  ...(cause === undefined ? {} : { causes: [cause as DeadCause] }),
  ...(eventType === undefined ? {} : { eventTypes: [eventType] }),
});

/** A group of the same cause is also of the same error, which is no part of the tools' own filter. */
export const passes = (order: DeadOrder, filter: PageFilter): boolean =>
  matches(order, filterOf(filter)) &&
  (filter.errorName === undefined || order.head.error?.name === filter.errorName);
