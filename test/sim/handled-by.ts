/** Which events a consumer does anything about. */
import { fraud } from "../../lambdas/consumers/fraud.ts";
import { inventory } from "../../lambdas/consumers/inventory.ts";
import { loyalty } from "../../lambdas/consumers/loyalty.ts";
import { recommendation } from "../../lambdas/consumers/recommendation.ts";
import { warehouse } from "../../lambdas/consumers/warehouse.ts";
import type { Consumer } from "../../lambdas/core/consumer.ts";
import { dueTypes, nextDue } from "../../lambdas/core/due-events.ts";
import { EVENT_TYPES, type OrderEventType } from "../../lambdas/core/order-event.ts";
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import type { Place } from "./place-of.ts";
import type { SimConsumer } from "./world.ts";

/** The consumers that are deployed, by name; every other one is a probe. */
export const DEPLOYED: Readonly<Record<string, Consumer>> = {
  inventory,
  loyalty,
  recommendation,
  warehouse,
  fraud,
};

type Orders = ReadonlyMap<string, OrderItem>;
type Spec = Pick<SimConsumer, "name" | "handles" | "rules">;

export const handledBy = ({ name, handles = EVENT_TYPES }: Spec): readonly OrderEventType[] =>
  DEPLOYED[name]?.handles ?? handles;

export const dueAt = (spec: Spec): readonly OrderEventType[] =>
  dueTypes(handledBy(spec), spec.rules);

export const typesOf = (orders: Orders, orderId: string): readonly OrderEventType[] =>
  orders.get(orderId)?.events.map(({ type }) => type) ?? [];

/** It has no effect: only the watermark tells that it is done, or nothing at all. */
export const isUnhandled = (orders: Orders, spec: Spec, { orderId, sequence }: Place): boolean => {
  const type = typesOf(orders, orderId)[sequence - 1];
  return type !== undefined && !handledBy(spec).includes(type);
};

/** Nothing at all tells that it is done. */
export const isIgnored = (orders: Orders, spec: Spec, { orderId, sequence }: Place): boolean => {
  const type = typesOf(orders, orderId)[sequence - 1];
  return type !== undefined && !dueAt(spec).includes(type);
};

/** Whether nothing between the watermark and the event has to be applied first. */
export const isNextAt = (
  orders: Orders,
  spec: Spec,
  { orderId, sequence, seq }: Place & { readonly seq: number },
): boolean =>
  sequence > seq &&
  nextDue(typesOf(orders, orderId).slice(0, sequence - 1), dueAt(spec), seq) === undefined;
