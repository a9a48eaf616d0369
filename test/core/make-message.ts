/** Messages as SQS hands them over, with valid events inside unless a test says otherwise. */
import {
  EVENT_TYPES,
  type OrderEventType,
  type OrderLine,
} from "../../lambdas/core/order-event.ts";
import type { Message } from "../../lambdas/core/ports.ts";

export const EVENT_TIME = "2026-01-01T12:00:00.000Z";
export const SENT_AT_MS = Date.parse(EVENT_TIME);

export type EventShape = {
  readonly orderId?: string;
  readonly sequence?: number;
  readonly type?: OrderEventType;
  /** Of the events before it; otherwise an order's usual ones. */
  readonly before?: readonly OrderEventType[];
  readonly id?: string;
  readonly time?: string;
  readonly customerId?: string;
  readonly totalCents?: number;
  readonly lines?: readonly OrderLine[];
};

export type MessageShape = EventShape & {
  readonly messageId?: string;
  readonly receiveCount?: number;
  readonly sentAtMs?: number;
  /** Instead of a valid event's body. */
  readonly body?: string;
};

/** An order's usual life: created, paid, shipped, delivered; whatever follows is paid again. */
export const usualType = (sequence: number): OrderEventType =>
  EVENT_TYPES.slice(0, 4)[sequence - 1] ?? "order.paid";

export const oneLine: readonly OrderLine[] = [{ sku: "tea", quantity: 1, unitPriceCents: 350 }];

/** An event's envelope as it is on the wire, before it becomes text. */
export const makeEnvelope = (shape: EventShape = {}) => {
  const { orderId = "o1", sequence = 1, type = usualType(sequence) } = shape;
  const { customerId = "ann", totalCents = 350, lines = oneLine } = shape;
  const usual = Array.from({ length: sequence - 1 }, (_, index) => usualType(index + 1));
  const { before = usual } = shape;
  const data = { customerId, currency: "EUR", totalCents };
  return {
    specversion: "1.0",
    id: shape.id ?? `${orderId}-event-${sequence}`,
    source: "urn:order-event-bus:orders",
    type: type as string,
    subject: orderId,
    time: shape.time ?? EVENT_TIME,
    sequence: String(sequence),
    sequencetype: "Integer",
    datacontenttype: "application/json",
    schemaversion: "1.0",
    history: [...before, type].join(","),
    data: type === "order.created" ? { ...data, lines } : data,
  };
};

export const makeMessage = (shape: MessageShape = {}): Message => {
  const { orderId = "o1", sequence = 1, receiveCount = 1, sentAtMs = SENT_AT_MS } = shape;
  const messageId = shape.messageId ?? `${orderId}-message-${sequence}`;
  const body = shape.body ?? JSON.stringify(makeEnvelope(shape));
  return { messageId, receiptHandle: `receipt of ${messageId}`, receiveCount, sentAtMs, body };
};
