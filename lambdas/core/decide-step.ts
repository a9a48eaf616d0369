/**
 * The order state machine: what one requested step does to one order.
 *
 * Goal: each accepted step is exactly one event, whoever asks how often. The event id is fixed
 * before the decision, so a request that comes again (an `Idempotency-Key`, or our own write whose
 * reply was lost) finds its event in the item and gets its first answer. Only accepted steps are in
 * the item: a refused one is not remembered and may be asked again with its key.
 */
import { expiresAt } from "./expires-at.ts";
import { epochMs } from "./iso-time.ts";
import { type OrderLine, SCHEMA_VERSION } from "./order-event.ts";
import type { OrderItem, OrderStatus, StoredEvent } from "./order-item.ts";
import { type NextStep, type Step, stepsFrom, transitions } from "./order-steps.ts";
import { utf8Bytes } from "./utf8-bytes.ts";

/** DynamoDB takes 400 KB an item; the rest is room for its own encoding and for what comes later. */
export const MAX_ITEM_BYTES = 300 * 1024;

export type NewOrder = {
  readonly customerId: string;
  readonly currency: string;
  readonly lines: readonly OrderLine[];
};

export type StepCommand = {
  readonly orderId: string;
  readonly eventId: string;
  /** An ISO 8601 instant. */
  readonly time: string;
  readonly traceparent: string;
  /** Of the whole request; only when it carried an `Idempotency-Key`. */
  readonly requestHash?: string;
} & (
  | { readonly step: "create"; readonly order: NewOrder }
  | { readonly step: Exclude<Step, "create"> }
);

export type OrderRules = {
  /** Days after which a finished order expires; 0: never. */
  readonly retainDays: number;
  readonly maxItemBytes: number;
};

export type Decision =
  /** The item to write, whose last event is the step. */
  | { readonly kind: "accepted"; readonly item: OrderItem; readonly sequence: number }
  /** It was accepted before, as the event with this sequence. */
  | { readonly kind: "repeated"; readonly item: OrderItem; readonly sequence: number }
  | { readonly kind: "key reused" }
  | { readonly kind: "not found" }
  | { readonly kind: "exists already"; readonly status: OrderStatus }
  | {
      readonly kind: "conflict";
      readonly status: OrderStatus;
      readonly allowed: readonly NextStep[];
    }
  | { readonly kind: "too large"; readonly bytes: number; readonly maxBytes: number };

export const decideStep = (
  item: OrderItem | undefined,
  command: StepCommand,
  rules: OrderRules,
): Decision => {
  const repeat = item && findRepeat(item, command);
  if (repeat !== undefined) return repeat;
  if (command.step === "create") {
    if (item !== undefined) return { kind: "exists already", status: item.status };
    return accept(newItem(command, command.order), rules);
  }
  if (item === undefined) return { kind: "not found" };
  if (!transitions[command.step].from.includes(item.status)) {
    return { kind: "conflict", status: item.status, allowed: stepsFrom(item.status) };
  }
  return accept(nextItem(item, command, rules), rules);
};

const findRepeat = (item: OrderItem, command: StepCommand): Decision | undefined => {
  const index = item.events.findIndex(({ id }) => id === command.eventId);
  const event = item.events[index];
  if (event === undefined) return undefined;
  const same =
    event.type === transitions[command.step].type && event.requestHash === command.requestHash;
  return same ? { kind: "repeated", item, sequence: index + 1 } : { kind: "key reused" };
};

const accept = (item: OrderItem, rules: OrderRules): Decision => {
  const bytes = utf8Bytes(JSON.stringify(item));
  if (bytes > rules.maxItemBytes) {
    return { kind: "too large", bytes, maxBytes: rules.maxItemBytes };
  }
  return { kind: "accepted", item, sequence: item.version };
};

const eventOf = (command: StepCommand): StoredEvent => ({
  id: command.eventId,
  type: transitions[command.step].type,
  time: command.time,
  schemaVersion: SCHEMA_VERSION,
  traceparent: command.traceparent,
  ...(command.requestHash === undefined ? {} : { requestHash: command.requestHash }),
});

const newItem = (command: StepCommand, order: NewOrder): OrderItem => ({
  orderId: command.orderId,
  version: 1,
  status: transitions.create.to,
  customerId: order.customerId,
  currency: order.currency,
  // The limits on lines, quantities and prices keep the sum a safe integer.
  totalCents: order.lines.reduce((sum, line) => sum + line.quantity * line.unitPriceCents, 0),
  lines: order.lines,
  events: [eventOf(command)],
});

const nextItem = (item: OrderItem, command: StepCommand, rules: OrderRules): OrderItem => {
  const status = transitions[command.step].to;
  const expires = rules.retainDays > 0 && stepsFrom(status).length === 0;
  return {
    ...item,
    version: item.version + 1,
    status,
    events: [...item.events, eventOf(command)],
    ...(expires ? { expiresAt: expiresAt(epochMs(command.time), rules.retainDays) } : {}),
  };
};
