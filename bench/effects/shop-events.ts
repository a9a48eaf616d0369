/** The events that a shop's trace becomes, in the order in which they are published. */
import { createHash } from "node:crypto";
import type { TraceLine } from "../../cli/trace-line.ts";
import { composePublication } from "../../lambdas/core/compose-event.ts";
import { decideStep, MAX_ITEM_BYTES, type StepCommand } from "../../lambdas/core/decide-step.ts";
import type { OrderEventType } from "../../lambdas/core/order-event.ts";
import type { OrderItem } from "../../lambdas/core/order-item.ts";

export type ShopEvent = {
  readonly orderId: string;
  readonly eventId: string;
  readonly sequence: number;
  readonly type: OrderEventType;
  readonly customerId: string;
  /** As it is on the wire. */
  readonly body: string;
};

const RULES = { retainDays: 0, maxItemBytes: MAX_ITEM_BYTES };

const hex = (text: string): string => createHash("sha256").update(text).digest("hex");

/** As long as the ids that the order API makes, and the same in every run. */
const uuid = (text: string): string =>
  hex(text).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");

const commandOf = (line: TraceLine, number: number): StepCommand => {
  const id = hex(`trace ${number}`);
  const common = {
    orderId: line.orderId,
    eventId: uuid(`event ${number}`),
    time: line.at,
    traceparent: `00-${id.slice(0, 32)}-${id.slice(32, 48)}-01`,
  };
  if (line.action !== "place") return { ...common, step: line.action };
  const { customerId, currency, lines } = line;
  return { ...common, step: "create", order: { customerId, currency, lines } };
};

/** What an order's state refuses becomes no event, as at the order API. */
export const shopEvents = (trace: readonly TraceLine[]): readonly ShopEvent[] => {
  const orders = new Map<string, OrderItem>();
  return trace.flatMap((line, number): ShopEvent[] => {
    const decision = decideStep(orders.get(line.orderId), commandOf(line, number), RULES);
    if (decision.kind !== "accepted") return [];
    const { item, sequence } = decision;
    orders.set(item.orderId, item);
    const last = item.events.at(-1);
    if (last === undefined) throw new Error(`order ${item.orderId} was accepted without an event`);
    const { eventId, body } = composePublication(item, sequence);
    const { orderId, customerId } = item;
    return [{ orderId, eventId, sequence, type: last.type, customerId, body }];
  });
};

/** The trace of the orders placed first, whole and in its order. */
export const firstOrders = (trace: readonly TraceLine[], orders: number): readonly TraceLine[] => {
  const placed = trace.filter(({ action }) => action === "place").map(({ orderId }) => orderId);
  const chosen = new Set([...new Set(placed)].slice(0, orders));
  return trace.filter(({ orderId }) => chosen.has(orderId));
};
