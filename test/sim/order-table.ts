/** The orders table as one call of the order API sees it, and the stream that goes with it. */
import { isDeepStrictEqual } from "node:util";
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import type { OrderStore } from "../../lambdas/core/ports.ts";
import type { Bus } from "./bus.ts";
import { seedOf } from "./prng.ts";

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

/** One request on its way through the function. */
export type ApiCall = {
  /** Calls of the table until the function dies; `undefined`: never. */
  callsLeft?: number;
  /** Its order was there when it came. */
  readonly isTaken: boolean;
  /** What it has written so far, whether it was told so or not. */
  writes: number;
};

/** One for each caller: a shared one would keep everybody who waits for it. */
const never = () => new Promise<never>(() => {});

export const simOrderStore = (bus: Bus, call: ApiCall): OrderStore => {
  const reach = async (): Promise<void> => {
    if (call.callsLeft === 0) return never();
    if (call.callsLeft !== undefined) call.callsLeft--;
    await bus.clock.sleep(bus.random.below(20));
  };
  return {
    get: async (orderId) => {
      await reach();
      const item = bus.orders.get(orderId);
      return item === undefined ? { kind: "none" } : { kind: "found", item };
    },
    put: async (item, expectedVersion) => {
      const fault = bus.faults.deal("store");
      await reach();
      if (fault === "throttle" || fault === "conflict") return { kind: "busy" };
      const found = bus.orders.get(item.orderId);
      if ((found?.version ?? 0) !== expectedVersion) return { kind: "changed", item: found };
      writeOrder(bus, item);
      call.writes++;
      if (call.callsLeft === 0) return never();
      return fault === "lostReply" ? { kind: "busy" } : { kind: "written" };
    },
  };
};
