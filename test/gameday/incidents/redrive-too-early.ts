import { expectCode, type Incident } from "../game.ts";
import { poison, writeStock } from "./poison-order.ts";

const ORDERS = Array.from({ length: 5 }, (_, index) => `too-early-${index}`);

export const redriveTooEarly: Incident = {
  name: "redrive into a still broken consumer",
  standsFor: "the stock row is broken all the same when five orders are redriven",
  foundBy: "alarm inventory/Stuck",
  breaks: (game) => poison(game, ORDERS),
  mends: async (game) => {
    const early = await game.type("dlq", "redrive", "inventory", "--yes");
    expectCode(early, 1, "the redrive before the repair");
    await writeStock(game, 0);
    // The canary's letters are on their way back, since it failed.
    const again = async () => game.type("dlq", "redrive", "inventory", "--yes");
    let last = await again();
    for (let tries = 0; tries < 5 && last.code !== 0; tries++) last = await again();
    expectCode(last, 0, "the redrive after the repair");
    return "bus dlq redrive inventory: its canary stopped it; again once the row was put right";
  },
};
