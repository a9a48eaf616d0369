/**
 * Unknown is honest (6): what a client was told of a step, against what the order holds.
 *
 * Each step that a client asks for has a trace of its own, which its event keeps, so that the event
 * is known again without the names that the code under test gives it.
 */
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import type { ApiResponse } from "../../lambdas/order-api/api-message.ts";
import type { Bus } from "./bus.ts";
import type { ApiCall } from "./order-table.ts";

export type Asked = {
  readonly orderId: string;
  readonly traceId: string;
  /** Where its event is, as an answer said. */
  acknowledged?: { readonly version: number; readonly eventId: string };
  refused: boolean;
};

const traceOf = (traceparent: string | undefined): string => traceparent?.slice(3, 35) ?? "";

const eventsOf = (order: OrderItem | undefined, traceId: string) =>
  (order?.events ?? []).flatMap((event, index) =>
    traceOf(event.traceparent) === traceId ? [{ id: event.id, version: index + 1 }] : [],
  );

/** The step's events in its order are as many, and where, as the client was told. */
export const checkAsked = (bus: Bus, asked: Asked): void => {
  const { orderId, traceId, acknowledged, refused } = asked;
  const found = eventsOf(bus.orders.get(orderId), traceId);
  const where = found.map(({ version }) => version).join(", ") || "nowhere";
  const violate = (what: string): void =>
    bus.history.violate("6 unknown is honest", `${orderId}: ${what}; it is at ${where}`);
  if (found.length > 1) violate("a step that was asked once");
  if (refused && found.length > 0) violate("a step that was refused");
  if (acknowledged === undefined) return;
  const { version, eventId } = acknowledged;
  const [event] = found;
  if (event?.version !== version || event.id !== eventId) violate(`acknowledged at ${version}`);
};

export const isTurnedAway = ({ status, body }: ApiResponse): boolean =>
  status === 503 && JSON.parse(body).type.endsWith(":closed");

/** The door turns away what would be a new order, and nothing else. */
const checkTurnedAway = (bus: Bus, { orderId }: Asked, { isTaken, writes }: ApiCall): void => {
  bus.faults.count("door:refused");
  if (!isTaken && writes === 0) return;
  const what = isTaken ? "was taken and is turned away" : "was written and turned away";
  bus.history.violate("a taken order is never refused a step", `${orderId} ${what}`);
};

/** An answer of the function, whether the client hears it or not. */
export const noteAnswer = (bus: Bus, asked: Asked, call: ApiCall, answer: ApiResponse) => {
  const { status, body } = answer;
  if (isTurnedAway(answer)) checkTurnedAway(bus, asked, call);
  if (status === 500) bus.history.violate("no function throws", `order API: ${body}`);
  if (status >= 400 && status < 500) {
    asked.refused = true;
    if (call.writes > 0)
      bus.history.violate("6 unknown is honest", `${asked.orderId}: ${status} wrote`);
  }
  if (status < 300) {
    const { version, eventId } = JSON.parse(body);
    asked.acknowledged = { version, eventId };
  }
  checkAsked(bus, asked);
};

/** Every step that was asked, and nothing in an order that nobody asked for. */
export const checkAllAsked = (bus: Bus): void => {
  for (const asked of bus.asked.values()) checkAsked(bus, asked);
  for (const { orderId, events } of bus.orders.values()) {
    for (const { traceparent } of events) {
      if (traceparent === undefined || bus.asked.has(traceOf(traceparent))) continue;
      bus.history.violate("2 no ghost", `${orderId}: an event that nobody asked for`);
    }
  }
};
