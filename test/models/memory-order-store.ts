import type { OrderItem } from "../../lambdas/core/order-item.ts";
import type { OrderStore } from "../../lambdas/core/ports.ts";

export type StoreFault = "busy" | "lost reply";

/** The orders table in memory; `nextFaults` are used up by the calls that follow, one each. */
export const memoryOrderStore = () => {
  const items = new Map<string, OrderItem>();
  const nextFaults: (StoreFault | undefined)[] = [];
  let gets = 0;
  let puts = 0;
  const store: OrderStore = {
    get: async (orderId) => {
      gets++;
      if (nextFaults.shift() !== undefined) return { kind: "busy" };
      const item = items.get(orderId);
      return item === undefined ? { kind: "none" } : { kind: "found", item };
    },
    put: async (item, expectedVersion) => {
      puts++;
      const fault = nextFaults.shift();
      if (fault === "busy") return { kind: "busy" };
      const stored = items.get(item.orderId);
      if ((stored?.version ?? 0) !== expectedVersion) return { kind: "changed", item: stored };
      items.set(item.orderId, structuredClone(item));
      return fault === "lost reply" ? { kind: "busy" } : { kind: "written" };
    },
  };
  return { store, items, nextFaults, calls: () => ({ gets, puts }) };
};
