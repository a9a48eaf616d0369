/** The shop: takes its orders' steps through the order API, or writes long histories. */
import { EVENT_TYPES, SCHEMA_VERSION } from "../../lambdas/core/order-event.ts";
import type { StoredEvent } from "../../lambdas/core/order-item.ts";
import { statusAfter } from "../../lambdas/core/order-steps.ts";
import { type Bus, START_MS } from "./bus.ts";
import { goodsOf, totalCentsOf } from "./goods.ts";
import { writeOrder } from "./order-table.ts";
import { askStep, type Shop, type StepOfOrder } from "./shop-client.ts";
import type { SimOrder } from "./world.ts";

const append = (bus: Bus, { orderId, type, goods, key: id }: StepOfOrder): void => {
  const before = bus.orders.get(orderId);
  const poisoned = bus.faults.deal("data") === "unknownVersion";
  const event: StoredEvent = {
    id,
    type,
    time: new Date(bus.clock.nowMs()).toISOString(),
    schemaVersion: poisoned ? "9.0" : SCHEMA_VERSION,
  };
  if (poisoned) {
    bus.unknownVersions.add(id);
    bus.history.unread.add(id);
  }
  writeOrder(bus, {
    orderId,
    status: statusAfter(type),
    totalCents: totalCentsOf(goods),
    ...goods,
    version: (before?.version ?? 0) + 1,
    events: [...(before?.events ?? []), event],
  });
};

/** Places one order and takes its steps, each at its time and after the one before. */
export const runOrder = async (shop: Shop, order: SimOrder): Promise<void> => {
  const { bus } = shop;
  const { orderId } = order;
  const goods = goodsOf(bus.world.seed, orderId);
  for (const [index, { type, atMs }] of order.events.entries()) {
    if (!EVENT_TYPES.includes(type)) throw new Error(`no such type: ${type}`);
    await bus.clock.sleep(START_MS + atMs - bus.clock.nowMs());
    const step = { orderId, type, goods, key: `${orderId}-${index + 1}` };
    if (order.by === "store") append(bus, step);
    else if ((await askStep(shop, step)) === "busy") break;
  }
  bus.shopping--;
};
