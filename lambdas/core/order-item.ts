import type { OrderEventType, OrderLine } from "./order-event.ts";

/** `delivered` and `cancelled` are final. */
export type OrderStatus = "created" | "paid" | "shipped" | "delivered" | "cancelled";

/** An event as the order item keeps it: only what is its own. The relay composes the rest. */
export type StoredEvent = {
  readonly id: string;
  readonly type: OrderEventType;
  readonly time: string;
  readonly schemaVersion: string;
  readonly traceparent?: string;
  /** SHA-256 of the request that caused it, when that carried an `Idempotency-Key`. */
  readonly requestHash?: string;
};

/**
 * One order: the store, the outbox and the history in one DynamoDB item, so that a state change
 * and its event are one atomic write. `events[n - 1]` has sequence n; `version` is their count.
 */
export type OrderItem = {
  readonly orderId: string;
  readonly version: number;
  readonly status: OrderStatus;
  readonly customerId: string;
  readonly currency: string;
  readonly totalCents: number;
  readonly lines: readonly OrderLine[];
  readonly events: readonly StoredEvent[];
  /** Epoch seconds; only on a finished order of a stage with `retainDays`. */
  readonly expiresAt?: number;
};
