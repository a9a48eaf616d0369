import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MODES } from "../../bench/effects/bench-queue.ts";
import { buildChildPrograms, type ChildPrograms } from "../../bench/effects/child-programs.ts";
import { countEffects } from "../../bench/effects/count-effects.ts";
import { wrongAfterKills } from "../../bench/effects/effects-tables.ts";
import { killEverywhere, killTrace } from "../../bench/effects/kill-everywhere.ts";
import { shopEvents } from "../../bench/effects/shop-events.ts";
import { CONSUMERS, SIDES, type Side } from "../../bench/effects/sides.ts";
import { generateTrace } from "../../cli/generate-trace.ts";
import { hasDynoxide } from "../emulators/start-dynoxide.ts";

const trace = generateTrace(5, 8);
const sides = Object.keys(SIDES) as Side[];
const { signal } = new AbortController();

describe.skipIf(!hasDynoxide)("on dynoxide", () => {
  let programs: ChildPrograms;
  beforeAll(() => {
    programs = buildChildPrograms();
  });
  afterAll(() => programs.remove());

  it.each(sides)(
    "%s leaves the tables that the events come to, whatever the batches",
    async (side) => {
      for (const mode of MODES) {
        const { events, all } = await countEffects({ trace, side, mode, signal, programs });
        expect(events).toBeGreaterThan(8);
        expect(all.dynamoRequests).toBeGreaterThan(0);
        expect(all.writeUnits).toBeGreaterThan(1);
        // Receives and deletes only: nothing comes back.
        expect(all.sqsRequests).toBe(2 * all.invocations);
      }
    },
  );

  const eventsOf = (...orders: readonly string[]) =>
    shopEvents(killTrace()).filter(({ orderId }) => orders.includes(orderId));

  it("a kill anywhere leaves nothing wrong of ours, and nothing of the marker's", async () => {
    const events = eventsOf("kill-0", "kill-1");
    for (const side of ["ours", "marker"] as const) {
      const kills = await killEverywhere({ side, programs, signal, events });
      expect(wrongAfterKills(kills), side).toBe(0);
      for (const name of CONSUMERS) expect(kills[name].kills, name).toBeGreaterThan(2);
    }
  });

  it("a kill between effect and completion doubles the effect of the idempotency library", async () => {
    // Created, paid and cancelled.
    const events = eventsOf("kill-1");
    const kills = await killEverywhere({ side: "powertools", programs, signal, events });
    expect(kills.inventory.doubled).toBe(1);
    expect(kills.recommendation.doubled).toBe(1);
    expect(kills.loyalty.doubled).toBe(2);
    // A fact put twice is the same fact.
    expect(kills.warehouse.right).toBe(kills.warehouse.kills);
    expect(kills.loyalty.locked).toBeGreaterThan(0);
  });
});
