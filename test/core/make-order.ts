import { decideStep, MAX_ITEM_BYTES, type StepCommand } from "../../lambdas/core/decide-step.ts";
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import type { NextStep } from "../../lambdas/core/order-steps.ts";

export const RULES = { retainDays: 0, maxItemBytes: MAX_ITEM_BYTES };
export const TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

const named = (orderId: string, sequence: number) => ({
  orderId,
  eventId: `${orderId}-${sequence}`,
  time: `2026-01-0${sequence}T00:00:00.000Z`,
  traceparent: TRACE,
});

export const createCommand = (orderId = "o1"): StepCommand & { step: "create" } => ({
  ...named(orderId, 1),
  step: "create",
  order: {
    customerId: "c1",
    currency: "EUR",
    lines: [
      { sku: "pen", quantity: 3, unitPriceCents: 150 },
      { sku: "ink", quantity: 1, unitPriceCents: 990 },
    ],
  },
});

export const stepCommand = (step: NextStep, sequence: number, orderId = "o1"): StepCommand => ({
  ...named(orderId, sequence),
  step,
});

const accept = (item: OrderItem | undefined, command: StepCommand): OrderItem => {
  const decision = decideStep(item, command, RULES);
  if (decision.kind !== "accepted") throw new Error(`${command.step}: ${decision.kind}`);
  return decision.item;
};

/** An order that was created and then took these steps. */
export const makeOrder = (steps: readonly NextStep[] = [], orderId = "o1"): OrderItem =>
  steps.reduce(
    (item, step) => accept(item, stepCommand(step, item.version + 1, orderId)),
    accept(undefined, createCommand(orderId)),
  );
