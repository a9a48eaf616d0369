import type { OrderEventType } from "./order-event.ts";
import type { OrderStatus } from "./order-item.ts";

/** The steps of an order that exists. */
export const NEXT_STEPS = ["pay", "ship", "deliver", "cancel"] as const;
export type NextStep = (typeof NEXT_STEPS)[number];
export type Step = "create" | NextStep;

type Transition = {
  readonly type: OrderEventType;
  readonly from: readonly OrderStatus[];
  readonly to: OrderStatus;
};

/** The whole order state machine. */
export const transitions: Readonly<Record<Step, Transition>> = {
  create: { type: "order.created", from: [], to: "created" },
  pay: { type: "order.paid", from: ["created"], to: "paid" },
  ship: { type: "order.shipped", from: ["paid"], to: "shipped" },
  deliver: { type: "order.delivered", from: ["shipped"], to: "delivered" },
  cancel: { type: "order.cancelled", from: ["created", "paid"], to: "cancelled" },
};

export const stepsFrom = (status: OrderStatus): readonly NextStep[] =>
  NEXT_STEPS.filter((step) => transitions[step].from.includes(status));

/** An order's status once an event of this type has happened. */
export const statusAfter = (type: OrderEventType): OrderStatus => {
  const transition = Object.values(transitions).find((candidate) => candidate.type === type);
  if (transition === undefined) throw new Error(`no step leads to the event type ${type}`);
  return transition.to;
};
