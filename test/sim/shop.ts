/** The shop: takes its orders' steps through the API's own code, or writes long histories. */
import { isDeepStrictEqual } from "node:util";
import {
  EVENT_TYPES,
  type OrderEventType,
  SCHEMA_VERSION,
} from "../../lambdas/core/order-event.ts";
import type { OrderItem, StoredEvent } from "../../lambdas/core/order-item.ts";
import type { Step } from "../../lambdas/core/order-steps.ts";
import type { OrderStore } from "../../lambdas/core/ports.ts";
import { takeStep } from "../../lambdas/core/take-step.ts";
import { type Bus, START_MS } from "./bus.ts";
import { seedOf } from "./prng.ts";
import type { SimOrder } from "./world.ts";

const STEP_OF: Readonly<Record<OrderEventType, Step>> = {
  "order.created": "create",
  "order.paid": "pay",
  "order.shipped": "ship",
  "order.delivered": "deliver",
  "order.cancelled": "cancel",
};
const TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const NEW_ORDER = {
  customerId: "customer-1",
  currency: "EUR",
  lines: [{ sku: "sku-1", quantity: 1, unitPriceCents: 100 }],
};

/**
 * Writes the item and, in the same instant, its stream record: they are one thing (4.1). A write
 * that changes nothing has none (4.13).
 */
export const writeOrder = (bus: Bus, item: OrderItem): void => {
  const before = bus.orders.get(item.orderId);
  if (before?.version === item.version && isDeepStrictEqual(before, item)) return;
  const shard = bus.shards[seedOf(item.orderId) % bus.shards.length] as Bus["shards"][number];
  const image = before === undefined ? {} : { oldImage: before };
  shard.push({ recordId: bus.ids(), orderId: item.orderId, newImage: item, ...image });
  bus.orders.set(item.orderId, item);
  bus.history.note(`order ${item.orderId} ${item.version}`);
  bus.wakeRelay();
};

const simStore = (bus: Bus): OrderStore => ({
  get: async (orderId) => {
    await bus.clock.sleep(bus.random.below(20));
    const item = bus.orders.get(orderId);
    return item === undefined ? { kind: "none" } : { kind: "found", item };
  },
  put: async (item, expectedVersion) => {
    const fault = bus.faults.deal("store");
    await bus.clock.sleep(bus.random.below(20));
    if (fault === "throttle" || fault === "conflict") return { kind: "busy" };
    const found = bus.orders.get(item.orderId);
    if ((found?.version ?? 0) !== expectedVersion) return { kind: "changed", item: found };
    writeOrder(bus, item);
    return fault === "lostReply" ? { kind: "busy" } : { kind: "written" };
  },
});

const isoTime = (ms: number): string => new Date(ms).toISOString();

/** A step whose outcome is unknown is asked again with its key, as a client would. */
const step = async (bus: Bus, order: SimOrder, type: OrderEventType, eventId: string) => {
  const rules = { retainDays: 0, maxItemBytes: 300_000 };
  const ports = {
    store: simStore(bus),
    clock: bus.clock,
    random: bus.random.next,
    admission: async () => ({ kind: "open" }) as const,
    rules,
  };
  const common = { orderId: order.orderId, eventId, traceparent: TRACE, requestHash: eventId };
  for (let tried = 0; tried < 20; tried++) {
    const time = isoTime(bus.clock.nowMs());
    const wanted = STEP_OF[type];
    const outcome = await takeStep(
      ports,
      wanted === "create"
        ? { ...common, time, step: "create", order: NEW_ORDER }
        : { ...common, time, step: wanted },
    );
    if (outcome.kind !== "busy") return outcome.kind;
    await bus.clock.sleep(500);
  }
  return "busy";
};

const append = (bus: Bus, order: SimOrder, type: OrderEventType, id: string): void => {
  const before = bus.orders.get(order.orderId);
  const poisoned = bus.faults.deal("data") === "unknownVersion";
  const event: StoredEvent = {
    id,
    type,
    time: isoTime(bus.clock.nowMs()),
    schemaVersion: poisoned ? "9.0" : SCHEMA_VERSION,
  };
  if (poisoned) {
    bus.unknownVersions.add(id);
    bus.history.unread.add(id);
  }
  writeOrder(bus, {
    orderId: order.orderId,
    status: "created",
    totalCents: 100,
    ...NEW_ORDER,
    version: (before?.version ?? 0) + 1,
    events: [...(before?.events ?? []), event],
  });
};

/** Places one order and takes its steps, each at its time and after the one before. */
export const runOrder = async (bus: Bus, order: SimOrder): Promise<void> => {
  for (const [index, { type, atMs }] of order.events.entries()) {
    if (!EVENT_TYPES.includes(type)) throw new Error(`no such type: ${type}`);
    await bus.clock.sleep(START_MS + atMs - bus.clock.nowMs());
    const eventId = `${order.orderId}-${index + 1}`;
    if (order.by === "store") append(bus, order, type, eventId);
    else if ((await step(bus, order, type, eventId)) === "busy") break;
  }
  bus.shopping--;
};
