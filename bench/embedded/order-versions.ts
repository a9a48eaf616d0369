/** A trace's orders as the order API would write them, without its HTTP. */
import type { TraceLine } from "../../cli/trace-line.ts";
import {
  decideStep,
  MAX_ITEM_BYTES,
  type OrderRules,
  type StepCommand,
} from "../../lambdas/core/decide-step.ts";
import type { OrderItem } from "../../lambdas/core/order-item.ts";

const RULES: OrderRules = { retainDays: 0, maxItemBytes: MAX_ITEM_BYTES };
const TRACE_PARENT = `00-${"1".repeat(32)}-${"1".repeat(16)}-01`;

const commandOf = (line: TraceLine, orderId: string, number: number): StepCommand => {
  const { at: time } = line;
  const step = { orderId, time, eventId: `${orderId}-${number}`, traceparent: TRACE_PARENT };
  if (line.action !== "place") return { ...step, step: line.action };
  const { customerId, currency, lines } = line;
  return { ...step, step: "create", order: { customerId, currency, lines } };
};

/**
 * Each item as it is after each accepted step, in the trace's order; a refused step leaves none.
 * `name` goes before every order id, so that a trace can be used more than once.
 */
export const orderVersions = (trace: readonly TraceLine[], name: string): readonly OrderItem[] => {
  const items = new Map<string, OrderItem>();
  return trace.flatMap((line, index) => {
    const orderId = `${name}-${line.orderId}`;
    const decision = decideStep(items.get(orderId), commandOf(line, orderId, index), RULES);
    if (decision.kind !== "accepted") return [];
    items.set(orderId, decision.item);
    return [decision.item];
  });
};
