/**
 * Inventory: reserves an order's stock when it is created, all lines or none, gives it back when
 * the order is cancelled and takes it off the shelf when it ships. The row remembers what was
 * wanted, and by its status what of that is held: a backordered order that ships held nothing.
 */
import { consumerFunction } from "../aws/consumer-function.ts";
import type { Adjust, Consumer } from "../core/consumer.ts";
import { sumBySku } from "../core/sum-by-sku.ts";

type Stocked = {
  readonly status: "reserved" | "backordered" | "released" | "shipped";
  /** Pieces by SKU. */
  readonly wanted: Readonly<Record<string, number>>;
};

/** `available` is always `onHand - reserved`: conditions do no arithmetic between attributes. */
const adjustStock = (sku: string, add: Adjust["add"], initialStock: number): Adjust => ({
  kind: "adjust",
  table: "stock",
  key: { sku },
  add,
  start: { available: initialStock, onHand: initialStock },
});

const shipped = (status: Stocked["status"], pieces: number): Adjust["add"] =>
  status === "reserved"
    ? { available: 0, reserved: -pieces, onHand: -pieces, shipped: pieces }
    : { available: -pieces, reserved: 0, onHand: -pieces, shipped: pieces };

export const inventory: Consumer<Stocked> = {
  name: "inventory",
  handles: ["order.created", "order.cancelled", "order.shipped"],
  handle: (state, event, { initialStock = 0 }) => {
    if (event.type === "order.created") {
      const lines = [...sumBySku(event.data.lines)];
      const wanted = Object.fromEntries(lines);
      return {
        state: { status: "reserved", wanted },
        effects: lines.map(([sku, pieces]) => {
          const add = { available: -pieces, reserved: pieces, onHand: 0, shipped: 0 };
          return { ...adjustStock(sku, add, initialStock), floor: { available: 0 } };
        }),
        otherwise: { state: { status: "backordered", wanted } },
      };
    }
    const { status, wanted } = state ?? { status: "released", wanted: {} };
    const pieces = Object.entries(wanted);
    if (event.type === "order.cancelled") {
      const held = status === "reserved" ? pieces : [];
      return {
        state: { status: "released", wanted: {} },
        effects: held.map(([sku, count]) =>
          adjustStock(sku, { available: count, reserved: -count }, initialStock),
        ),
      };
    }
    return {
      state: { status: "shipped", wanted: {} },
      effects: pieces.map(([sku, count]) => adjustStock(sku, shipped(status, count), initialStock)),
    };
  },
};

export const handler = consumerFunction(inventory);
