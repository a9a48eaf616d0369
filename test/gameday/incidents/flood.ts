import { describeOverload, overload } from "../../load/overload.ts";
import type { Incident } from "../game.ts";

const LOAD = { rounds: 1, secondsEach: 25, ordersPerSecond: 5, slowMs: 1_500 };

let told: readonly string[] = [];

export const flood: Incident = {
  name: "flood",
  standsFor: "more orders than a slowed warehouse can take, until the door closes",
  foundBy: "alarm admission/Closed",
  passes: "by itself",
  breaks: async (game) => {
    told = describeOverload(await overload(game, LOAD));
  },
  mends: async () => `nobody: the door opened by itself\n    ${told.join("\n    ")}`,
};
