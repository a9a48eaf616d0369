import type { Game, Incident } from "../game.ts";
import { redriveUntilEmpty } from "../redrive-until-empty.ts";

/** The new version looks for a table that is not there. */
const BAD = { fraud: { DATA_TABLES: "{}" } };

export const badDeploy: Incident = {
  name: "bad deploy",
  standsFor: "a restart with fraud's function set up so that each new order fails in it",
  foundBy: "alarm fraud/Outage",
  breaks: async (game: Game) => {
    await game.deploy(BAD);
    await game.shopOn(40);
  },
  mends: async (game) => {
    await game.deploy({});
    await redriveUntilEmpty(game, "fraud");
    return "the last version put back, bus dlq redrive fraud";
  },
};
