/**
 * For orders in a table of your own: one more event of an order, as a part of your own update.
 *
 * Goal: your change and its event are one atomic write, because they are one item. All that the bus
 * keeps of an order is in one attribute of that item, the outbox, in the form of an `OrderItem`.
 * The answer is the text of an update to be joined with yours; nothing is sent from here.
 */
import { MAX_ITEM_BYTES } from "./decide-step.ts";
import { epochMs } from "./iso-time.ts";
import { EVENT_TYPES, type OrderEventType, SCHEMA_VERSION } from "./order-event.ts";
import type { OrderItem, StoredEvent } from "./order-item.ts";
import { statusAfter } from "./order-steps.ts";
import { readOrderItem } from "./read-order-item.ts";
import { utf8Bytes } from "./utf8-bytes.ts";

/** What every event of an order tells of it. It is kept from the first event and never changed. */
export type OrderHead = Pick<
  OrderItem,
  "orderId" | "customerId" | "currency" | "totalCents" | "lines"
>;

export type NewEvent = {
  /**
   * Unique and stable: the same for every try of one step, such as a UUID of the request. 1 to 128
   * printable ASCII characters, without spaces.
   */
  readonly id: string;
  readonly type: OrderEventType;
  /** When the step was taken, as an ISO 8601 instant. */
  readonly time: string;
  /** The W3C trace context of the call that caused it. */
  readonly traceparent?: string;
};

export type AppendRequest = {
  /** The attribute of your item; the bus is told the same name. */
  readonly attribute: string;
  /** That attribute as you have read it, as a plain value; `undefined` where there is none. */
  readonly outbox: unknown;
  readonly order: OrderHead;
  readonly event: NewEvent;
  /** The steps before it, oldest first, of an order that is older than its outbox. */
  readonly earlier?: readonly NewEvent[];
};

export type Appended =
  | {
      readonly kind: "append";
      /** For the SET clause of your `UpdateExpression`. */
      readonly set: string;
      /** For your `ConditionExpression`: refused, somebody else was faster; read and try again. */
      readonly condition: string;
      readonly names: Readonly<Record<string, string>>;
      /** Plain values; marshall them for a client that does not. */
      readonly values: Readonly<Record<string, unknown>>;
      /** The attribute as it will be. */
      readonly outbox: OrderItem;
    }
  /** The event is in the outbox already, with this sequence: there is nothing to write. */
  | { readonly kind: "repeated"; readonly sequence: number }
  /** Says what is wrong and what is allowed; it names no value. */
  | { readonly kind: "refused"; readonly reason: string };

const refused = (reason: string): Appended => ({ kind: "refused", reason });

const stored = ({ id, type, time, traceparent }: NewEvent): StoredEvent => ({
  ...{ id, type, time, schemaVersion: SCHEMA_VERSION },
  ...(traceparent === undefined ? {} : { traceparent }),
});

/** Consumers learn the lines from the first event, so no other may be the first, and it no other. */
const firstFault = (events: readonly StoredEvent[]): string | undefined => {
  const misplaced = events.findIndex(
    ({ type }, index) => (type === "order.created") !== (index === 0),
  );
  if (misplaced < 0) return undefined;
  return misplaced === 0
    ? `the first event is ${events[0]?.type}; allowed: order.created. Give the steps before it as \`earlier\`.`
    : `event ${misplaced + 1} is order.created; allowed: only as the first one. Use another order id for a new order.`;
};

/** SNS takes no other character in a deduplication id, by its API reference of `Publish`. */
const ODD = /[^\x21-\x7e]/;

/** What the relay would publish in vain: SNS or every consumer would refuse it, or the topic drop it. */
const newFault = (added: readonly NewEvent[]): string | undefined => {
  if (added.some(({ id }) => ODD.test(id))) {
    return "an event's id is none that SNS takes; allowed: printable ASCII characters without spaces, such as a UUID.";
  }
  if (!added.every(({ time }) => Number.isFinite(epochMs(time)))) {
    return "an event's time is no instant; allowed: one such as 2026-01-01T00:00:00Z.";
  }
  // The topic takes the second one for the first, sent again (1.9).
  if (new Set(added.map(({ id }) => id)).size < added.length) {
    return "two of the events have the same id; allowed: an id of its own for each step.";
  }
  return undefined;
};

const check = (outbox: OrderItem): string | undefined => {
  const read = readOrderItem(outbox);
  if (read.kind === "no order") return `the outbox would be ${read.reason}.`;
  const bytes = utf8Bytes(JSON.stringify(outbox));
  if (bytes > MAX_ITEM_BYTES) {
    return `the outbox would have ${bytes} bytes; allowed: ${MAX_ITEM_BYTES}. An order has too many steps or lines.`;
  }
  return firstFault(outbox.events);
};

const first = ({ attribute }: AppendRequest, outbox: OrderItem): Appended => ({
  kind: "append",
  set: "#outbox = :outbox",
  condition: "attribute_not_exists(#outbox)",
  names: { "#outbox": attribute },
  values: { ":outbox": outbox },
  outbox,
});

const next = ({ attribute }: AppendRequest, before: OrderItem, outbox: OrderItem): Appended => ({
  kind: "append",
  set: "#outbox.#outboxVersion = :outboxVersion, #outbox.#outboxStatus = :outboxStatus, #outbox.#outboxEvents = list_append(#outbox.#outboxEvents, :outboxAdded)",
  condition: "#outbox.#outboxVersion = :outboxBefore",
  names: {
    "#outbox": attribute,
    "#outboxVersion": "version",
    "#outboxStatus": "status",
    "#outboxEvents": "events",
  },
  values: {
    ":outboxBefore": before.version,
    ":outboxVersion": outbox.version,
    ":outboxStatus": outbox.status,
    ":outboxAdded": outbox.events.slice(before.version),
  },
  outbox,
});

/** A step under the id of another one must not pass for done. */
const repeatIn = (past: readonly StoredEvent[], { id, type }: NewEvent): Appended | undefined => {
  const index = past.findIndex((each) => each.id === id);
  const found = past[index];
  if (found === undefined) return undefined;
  const sequence = index + 1;
  if (found.type === type) return { kind: "repeated", sequence };
  return refused(
    `the event's id is that of event ${sequence}, which is ${found.type}; allowed: an id of its own for each step.`,
  );
};

export const appendEvent = (request: AppendRequest): Appended => {
  const { order, event } = request;
  const read = request.outbox === undefined ? undefined : readOrderItem(request.outbox);
  if (read?.kind === "no order") return refused(`the outbox is ${read.reason}.`);
  const before = read?.item;
  if (before !== undefined && before.orderId !== order.orderId) {
    return refused("the outbox is another order's; allowed: one order an item.");
  }
  const past = before?.events ?? [];
  const repeat = repeatIn(past, event);
  if (repeat !== undefined) return repeat;
  const added = before === undefined ? [...(request.earlier ?? []), event] : [event];
  const { orderId, customerId, currency, totalCents, lines } = order;
  if (added.some(({ type }) => !EVENT_TYPES.includes(type))) {
    return refused(`an event's type is unknown; allowed: ${EVENT_TYPES.join(", ")}.`);
  }
  const head = before ?? { orderId, customerId, currency, totalCents, lines };
  const events = [...past, ...added.map(stored)];
  const status = statusAfter(event.type);
  const outbox: OrderItem = { ...head, version: events.length, status, events };
  const fault = check(outbox) ?? newFault(added);
  if (fault !== undefined) return refused(fault);
  return before === undefined ? first(request, outbox) : next(request, before, outbox);
};
