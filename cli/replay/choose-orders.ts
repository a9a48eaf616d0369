import { epochMs } from "../../lambdas/core/iso-time.ts";
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import type { Stage } from "../stage-clients.ts";
import { type EventSpan, eventsOf, type SendPlan } from "./event-span.ts";
import { readAllOrders, readOrders } from "./read-orders.ts";

/** `fromMs` belongs to it, `toMs` does not. */
export type TimeRange = { readonly fromMs: number; readonly toMs: number };

/** Some orders by their ids, or all that have an event in a time range, or both at once. */
export type OrderChoice = {
  readonly orderIds?: readonly string[];
  readonly within?: TimeRange;
};

/** The sequence of the order's first event in the range; 0 when there is none. */
export const firstWithin = ({ events }: OrderItem, { fromMs, toMs }: TimeRange): number =>
  events.findIndex(({ time }) => {
    const atMs = epochMs(time);
    return fromMs <= atMs && atMs < toMs;
  }) + 1;

type PlanPage = (items: readonly OrderItem[]) => Promise<readonly EventSpan[]> | EventSpan[];

/** One span an order at most. An order that is named twice, or by two items, counts once. */
export const planSends = async (
  stage: Stage,
  { orderIds }: OrderChoice,
  { planPage, signal }: { readonly planPage: PlanPage; readonly signal?: AbortSignal | undefined },
): Promise<SendPlan> => {
  const spans = new Map<string, EventSpan>();
  const found = new Set<string>();
  const pages = orderIds === undefined ? readAllOrders(stage) : readOrders(stage, orderIds);
  for await (const items of pages) {
    signal?.throwIfAborted();
    if (orderIds !== undefined) for (const { orderId } of items) found.add(orderId);
    for (const span of await planPage(items)) {
      if (span.from <= span.to) spans.set(span.orderId, span);
    }
  }
  const planned = [...spans.values()];
  const absent = [...new Set(orderIds ?? [])].filter((orderId) => !found.has(orderId));
  return { spans: planned, events: eventsOf(planned), absent };
};
