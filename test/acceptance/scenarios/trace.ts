import { randomInt } from "node:crypto";
import { generateTrace } from "../../../cli/generate-trace.ts";
import { adopt, touchedBy } from "../orders.ts";
import { expectExact, play } from "../play.ts";
import type { Scenario } from "../scenario.ts";

const ORDERS = 50;

export const trace: Scenario = {
  name: "trace",
  title: `${ORDERS} orders at once, refused steps among them, give exactly the figures they should`,
  run: async (world) => {
    const seed = randomInt(1_000_000);
    const lines = adopt(world, generateTrace(seed, ORDERS));
    await play(world, lines);
    await expectExact(world, lines);
    const { skus } = touchedBy(lines);
    const detail = `${lines.length} calls for ${ORDERS} orders of ${skus.length} SKUs, seed ${seed}`;
    return { kind: "passed", detail };
  },
};
