/** The orders that the fixtures tell of: one that was delivered, and one that was cancelled. */
import { decideStep, MAX_ITEM_BYTES, type StepCommand } from "../../lambdas/core/decide-step.ts";
import type { OrderLine } from "../../lambdas/core/order-event.ts";
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import type { Step } from "../../lambdas/core/order-steps.ts";

const RULES = { retainDays: 30, maxItemBytes: MAX_ITEM_BYTES };

type Story = {
  readonly orderId: string;
  readonly customerId: string;
  readonly lines: readonly OrderLine[];
  readonly steps: readonly Step[];
};

const STORIES: readonly Story[] = [
  {
    orderId: "delivered",
    customerId: "ada",
    // Twice the same SKU, and enough for every rule of the fraud score but one.
    lines: [
      { sku: "teapot", quantity: 2, unitPriceCents: 24_950 },
      { sku: "green-tea", quantity: 30, unitPriceCents: 1_899 },
      { sku: "teapot", quantity: 1, unitPriceCents: 24_950 },
    ],
    steps: ["create", "pay", "ship", "deliver"],
  },
  {
    orderId: "cancelled",
    customerId: "ben@shop.example",
    lines: [
      { sku: "cup", quantity: 4, unitPriceCents: 650 },
      { sku: "teapot", quantity: 1, unitPriceCents: 24_950 },
    ],
    steps: ["create", "pay", "cancel"],
  },
];

const commandOf = ({ orderId, customerId, lines, steps }: Story, index: number): StepCommand => {
  const step = steps[index] ?? "create";
  const hex = (length: number) => `${orderId.length}${index + 1}`.padStart(length, "ab");
  const named = {
    orderId,
    eventId: `${orderId}-event-${index + 1}`,
    time: `2026-01-0${index + 1}T10:20:30.456Z`,
    traceparent: `00-${hex(32)}-${hex(16)}-01`,
    // Only the first was asked for with an `Idempotency-Key`.
    ...(index === 0 ? { requestHash: hex(64) } : {}),
  };
  return step === "create"
    ? { ...named, step, order: { customerId, currency: "EUR", lines } }
    : { ...named, step };
};

/** Each order after each of its steps, as today's code writes it. */
export const fixtureOrders = (): readonly OrderItem[][] =>
  STORIES.map((story) => {
    const items: OrderItem[] = [];
    for (const index of story.steps.keys()) {
      const decision = decideStep(items.at(-1), commandOf(story, index), RULES);
      if (decision.kind !== "accepted") throw new Error(`${story.orderId}: ${decision.kind}`);
      items.push(decision.item);
    }
    return items;
  });
