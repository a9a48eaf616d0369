import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inventory } from "../../lambdas/consumers/inventory.ts";
import { makeLines, manySkus, shopWith } from "./make-event.ts";

const shop = (initialStock = 10) => shopWith(inventory, { initialStock });
const basket = (...quantities: (readonly [string, number])[]) => ({
  type: "order.created" as const,
  lines: makeLines(...quantities),
});

describe("a created order", () => {
  it("reserves its stock; a SKU never stocked starts with the stage's initial stock", async () => {
    const { take, items, row } = shop();
    await take("o1", basket(["tea", 3]));
    expect(items("stock")).toEqual({ tea: { onHand: 10, reserved: 3, available: 7, shipped: 0 } });
    expect(row()?.state).toEqual({ status: "reserved", wanted: { tea: 3 } });
  });

  it("sums its lines of the same SKU first", async () => {
    const { take, items } = shop();
    await take("o1", basket(["tea", 3], ["pot", 1], ["tea", 2]));
    expect(items("stock")).toMatchObject({ tea: { reserved: 5 }, pot: { reserved: 1 } });
  });

  it("may take the last piece, and not one more", async () => {
    const { take, items, row } = shop();
    await take("o1", basket(["tea", 10]));
    await take("o2", basket(["tea", 1]));
    expect(items("stock")).toMatchObject({ tea: { available: 0, reserved: 10 } });
    expect(row("o2")?.state).toEqual({ status: "backordered", wanted: { tea: 1 } });
  });

  it("is backordered as a whole when one SKU is short: nothing is reserved", async () => {
    const { take, items, row } = shop();
    await take("o1", basket(["pot", 2], ["tea", 11]));
    expect(items("stock")).toEqual({});
    expect(row()?.state).toEqual({ status: "backordered", wanted: { pot: 2, tea: 11 } });
  });

  it("of 99 SKUs fits one transaction of 100 items", () => {
    const change = inventory.handle(
      undefined,
      { ...event, type: "order.created", data: { ...event.data, lines: manySkus(99) } },
      { initialStock: 1 },
    );
    expect(change.effects).toHaveLength(99);
    expect(change.otherwise?.effects ?? []).toEqual([]);
  });

  it("finds nothing on hand where the stage says nothing of it", async () => {
    const { take, row } = shopWith(inventory);
    await take("o1", basket(["tea", 1]));
    expect(row()?.state).toMatchObject({ status: "backordered" });
  });
});

const event = {
  id: "e",
  orderId: "o1",
  sequence: 1,
  time: "2026-01-01T00:00:00.000Z",
  data: { customerId: "ann", currency: "EUR", totalCents: 1 },
};

describe("afterwards", () => {
  it("a cancelled order gives back what it holds", async () => {
    const { take, items, row } = shop();
    await take("o1", basket(["tea", 3]), "order.cancelled");
    expect(items("stock")).toEqual({ tea: { onHand: 10, reserved: 0, available: 10, shipped: 0 } });
    expect(row()?.state).toEqual({ status: "released", wanted: {} });
  });

  it("a cancelled backorder gives nothing back, since it holds nothing", async () => {
    const { take, items } = shop();
    await take("o1", basket(["tea", 11]), "order.cancelled");
    expect(items("stock")).toEqual({});
  });

  it("a shipped order leaves the shelf", async () => {
    const { take, items, row } = shop();
    await take("o1", basket(["tea", 3], ["pot", 1]), "order.paid", "order.shipped");
    expect(items("stock")).toEqual({
      tea: { onHand: 7, reserved: 0, available: 7, shipped: 3 },
      pot: { onHand: 9, reserved: 0, available: 9, shipped: 1 },
    });
    expect(row()?.state).toEqual({ status: "shipped", wanted: {} });
  });

  it("a backordered order that ships all the same leaves the shelf, from what was not reserved", async () => {
    const { take, items } = shop();
    await take("o1", basket(["tea", 8]));
    await take("o2", basket(["tea", 3]), "order.paid", "order.shipped");
    expect(items("stock")).toEqual({ tea: { onHand: 7, reserved: 8, available: -1, shipped: 3 } });
  });
});

it("whatever orders come, stock on hand is what is available and reserved", async () => {
  const orders = fc.array(
    fc.record({
      lines: fc.array(
        fc.tuple(fc.constantFrom("tea", "pot", "cup"), fc.integer({ min: 1, max: 6 })),
        { minLength: 1, maxLength: 4 },
      ),
      next: fc.constantFrom(
        "order.paid" as const,
        "order.cancelled" as const,
        "order.shipped" as const,
      ),
    }),
    { maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(orders, async (given) => {
      const { take, items } = shop();
      for (const [index, { lines, next }] of given.entries()) {
        await take(`o${index}`, basket(...lines), next);
        for (const stock of Object.values(items("stock"))) {
          const { onHand = 0, reserved = 0, available = 0, shipped = 0 } = stock;
          expect(available).toBe(onHand - reserved);
          expect(reserved).toBeGreaterThanOrEqual(0);
          expect(onHand + shipped).toBe(10);
        }
      }
    }),
    { numRuns: 50 },
  );
});
