/** Places orders at a steady pace, whether or not the answers keep up, and pays each that was taken. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Send } from "../../cli/api-call.ts";

/** Such as every consumer handles at least one of. */
export const EVENTS_AN_ORDER = ["order.created", "order.paid"] as const;

export type Paced = { readonly taken: number; readonly turnedAway: number };

export type Pace = {
  readonly seconds: number;
  readonly ordersPerSecond: number;
  /** Once a second, beside the orders. */
  readonly onSecond?: () => Promise<void>;
  readonly signal?: AbortSignal;
};

const place = async (send: Send, orderId: string): Promise<number> => {
  const body = {
    ...{ orderId, customerId: `customer-of-${orderId}`, currency: "EUR" },
    lines: [{ sku: `sku-${orderId.at(-1)}`, quantity: 1, unitPriceCents: 900 }],
  };
  const headers = { "content-type": "application/json", "idempotency-key": orderId };
  const call = { method: "POST", path: "/orders", headers, body: JSON.stringify(body) } as const;
  return (await send(call)).status;
};

/** False when the door is closed for new orders. */
export const placeAndPay = async (send: Send, orderId: string): Promise<boolean> => {
  const placed = await place(send, orderId);
  if (placed === 503) return false;
  if (placed !== 201)
    throw new Error(`an order got ${placed}; allowed: 201, or 503 while the door is closed`);
  const { status } = await send({ method: "POST", path: `/orders/${orderId}/pay`, headers: {} });
  if (status !== 200) throw new Error(`a payment got ${status}; allowed: 200`);
  return true;
};

export const paceOrders = async (
  send: Send,
  nextOrderId: () => string,
  { seconds, ordersPerSecond, onSecond, signal }: Pace,
): Promise<Paced> => {
  const orders: Promise<boolean>[] = [];
  const startedAt = performance.now();
  for (let number = 0; number < seconds * ordersPerSecond; number++) {
    const dueMs = (number * 1_000) / ordersPerSecond;
    await sleep(Math.max(0, dueMs - (performance.now() - startedAt)));
    signal?.throwIfAborted();
    const order = placeAndPay(send, nextOrderId());
    // Awaited at the end; a rejection until then is not unhandled.
    order.catch(() => {});
    orders.push(order);
    if (number % ordersPerSecond === 0) await onSecond?.();
  }
  const taken = (await Promise.all(orders)).filter(Boolean).length;
  return { taken, turnedAway: orders.length - taken };
};
