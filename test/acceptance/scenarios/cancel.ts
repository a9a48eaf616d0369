import assert from "node:assert/strict";
import { STOCK, tableOf } from "../consumers.ts";
import { makeOrder, touchedBy } from "../orders.ts";
import { expectExact, play, waitForOrders } from "../play.ts";
import { readItems } from "../read-items.ts";
import { PASSED, type Scenario } from "../scenario.ts";

export const cancel: Scenario = {
  name: "cancel",
  title: "a cancelled order gives back its stock, and its points if it was paid",
  run: async (world) => {
    const early = makeOrder(world, "cancelled-early", { steps: ["cancel"] });
    const late = makeOrder(world, "cancelled-late", { steps: ["pay", "cancel"] });
    const lines = [...early.lines, ...late.lines];
    await play(world, [early.placed, late.placed]);
    await waitForOrders(world, [early.orderId, late.orderId], ["inventory"]);
    const keys = touchedBy(lines).skus.map((sku) => ({ sku }));
    const stock = () => readItems(world.stage.dynamo, tableOf(world, "inventory", "stock"), keys);
    for (const { available } of await stock()) assert.ok(available < STOCK, "nothing is reserved");
    await play(
      world,
      [...early.lines.slice(1), ...late.lines.slice(1)],
      [early.placed, late.placed],
    );
    await expectExact(world, lines);
    for (const { sku, ...row } of await stock()) {
      const whole = { available: STOCK, onHand: STOCK, reserved: 0, shipped: 0 };
      assert.deepEqual(row, whole, `the stock of ${sku}`);
    }
    return PASSED;
  },
};
