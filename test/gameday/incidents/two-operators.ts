import { expectCode, type Incident } from "../game.ts";
import { poison, writeStock } from "./poison-order.ts";

const ORDERS = Array.from({ length: 12 }, (_, index) => `shared-${index}`);

export const twoOperators: Incident = {
  name: "two operators at once",
  standsFor: "two processes that redrive the same dead letters in the same moment",
  foundBy: "alarm inventory/Stuck",
  breaks: (game) => poison(game, ORDERS),
  mends: async (game) => {
    await writeStock(game, 0);
    // Slow enough that the first is still at work when the second has started and looks.
    const redrive = () =>
      game.type("dlq", "redrive", "inventory", "--yes", "--no-canary", "--rate", "1");
    const both = await Promise.all([redrive(), redrive()]);
    const [done, told] = both.toSorted((a, b) => a.code - b.code);
    if (done === undefined || told === undefined) throw new Error("two were started");
    expectCode(done, 0, "one redrive");
    if (told.code === 0) throw new Error(`the other one was not told:\n${told.output}`);
    return "bus dlq redrive inventory, twice: one did it, the other was told and did nothing";
  },
};
