import type { Incident } from "../game.ts";
import { redriveUntilEmpty } from "../redrive-until-empty.ts";

export const dependencyDown: Incident = {
  name: "dependency down",
  standsFor: "each call for the table of loyalty's points is answered with 500",
  foundBy: "alarm loyalty/Outage",
  breaks: async ({ points, shopOn }) => {
    points.set("down");
    await shopOn(40);
  },
  mends: async (game) => {
    game.points.set("up");
    await redriveUntilEmpty(game, "loyalty");
    return "the table is back; bus dlq redrive loyalty for the few that were given up";
  },
};
