import { makeOrder } from "../orders.ts";
import { expectExact, play } from "../play.ts";
import { PASSED, type Scenario } from "../scenario.ts";

/** Fraud's chain tells the sequence in which it saw the events; a watermark has no other way up. */
export const wholeOrder: Scenario = {
  name: "whole-order",
  title: "every step of an order reaches all five consumers, in order, and counts once",
  run: async (world) => {
    const { lines } = makeOrder(world, "whole", { steps: ["pay", "ship", "deliver"] });
    await play(world, lines);
    await expectExact(world, lines);
    return PASSED;
  },
};
