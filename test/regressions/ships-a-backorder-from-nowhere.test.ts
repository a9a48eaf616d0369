/**
 * What was wrong: an order was created while stock was short, and shipped all the same, from goods
 * that came later. The stock on hand did not change: the figures had pieces that had left.
 *
 * Why: the row remembered only what was held, and a backordered order holds nothing.
 *
 * What fixed it: the row remembers what was wanted, and by its status what of that is held.
 */
import { expect, it } from "vitest";
import { inventory } from "../../lambdas/consumers/inventory.ts";
import { makeLines, shopWith } from "../consumers/make-event.ts";

it("a backordered order that ships leaves the shelf", async () => {
  const { take, items } = shopWith(inventory, { initialStock: 10 });
  await take("o1", { type: "order.created", lines: makeLines(["tea", 8]) });
  const backordered = { type: "order.created" as const, lines: makeLines(["tea", 3]) };
  await take("o2", backordered, "order.paid", "order.shipped");
  expect(items("stock")).toEqual({ tea: { onHand: 7, reserved: 8, available: -1, shipped: 3 } });
});
