/** Which events a consumer does anything about. */
import { fraud } from "../../lambdas/consumers/fraud.ts";
import { inventory } from "../../lambdas/consumers/inventory.ts";
import { loyalty } from "../../lambdas/consumers/loyalty.ts";
import { recommendation } from "../../lambdas/consumers/recommendation.ts";
import { warehouse } from "../../lambdas/consumers/warehouse.ts";
import type { Consumer } from "../../lambdas/core/consumer.ts";
import { EVENT_TYPES, type OrderEventType } from "../../lambdas/core/order-event.ts";
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import type { Place } from "./place-of.ts";

/** The consumers that are deployed, by name; every other one is a probe. */
export const DEPLOYED: Readonly<Record<string, Consumer>> = {
  inventory,
  loyalty,
  recommendation,
  warehouse,
  fraud,
};

/** Of such an event only the watermark tells that it is done. */
export const isUnhandled = (
  orders: ReadonlyMap<string, OrderItem>,
  consumer: string,
  { orderId, sequence }: Place,
): boolean => {
  const handles: readonly OrderEventType[] = DEPLOYED[consumer]?.handles ?? EVENT_TYPES;
  const type = orders.get(orderId)?.events[sequence - 1]?.type;
  return type !== undefined && !handles.includes(type);
};
