/**
 * Inventory: reserves an order's stock when it is created, all lines or none, gives it back when
 * the order is cancelled and takes it off the shelf when it ships. The row remembers what is held.
 */
import { consumerFunction } from "../aws/consumer-function.ts";
import type { Adjust, Consumer } from "../core/consumer.ts";
import { sumBySku } from "../core/sum-by-sku.ts";

type Held = {
  readonly status: "reserved" | "backordered" | "released" | "shipped";
  readonly held: Readonly<Record<string, number>>;
};

const adjustStock = (sku: string, add: Adjust["add"]): Adjust => ({
  kind: "adjust",
  table: "stock",
  key: { sku },
  add,
});

export const inventory: Consumer<Held> = {
  name: "inventory",
  handles: ["order.created", "order.cancelled", "order.shipped"],
  handle: (state, event, { initialStock = 0 }) => {
    if (event.type === "order.created") {
      const wanted = [...sumBySku(event.data.lines)];
      return {
        state: { status: "reserved", held: Object.fromEntries(wanted) },
        effects: wanted.map(([sku, quantity]) => ({
          ...adjustStock(sku, { available: -quantity, reserved: quantity, onHand: 0, shipped: 0 }),
          start: { available: initialStock, onHand: initialStock },
          floor: { available: 0 },
        })),
        otherwise: { state: { status: "backordered", held: {} } },
      };
    }
    const held = Object.entries(state?.held ?? {});
    if (event.type === "order.cancelled") {
      return {
        state: { status: "released", held: {} },
        effects: held.map(([sku, quantity]) =>
          adjustStock(sku, { available: quantity, reserved: -quantity }),
        ),
      };
    }
    return {
      state: { status: "shipped", held: {} },
      effects: held.map(([sku, quantity]) =>
        adjustStock(sku, { reserved: -quantity, onHand: -quantity, shipped: quantity }),
      ),
    };
  },
};

export const handler = consumerFunction(inventory);
