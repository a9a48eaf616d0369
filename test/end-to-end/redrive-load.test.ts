/** The run of `npm run redrive-load`, small. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hasDynoxide } from "../emulators/start-dynoxide.ts";
import { poisonSettings } from "../redrive-load/poison-orders.ts";
import { runRedriveLoad } from "../redrive-load/run-redrive-load.ts";
import { startBus, type TestBus } from "./start-bus.ts";

const TIMEOUT_MS = 300_000;

describe.skipIf(!hasDynoxide)("a redrive that is killed half way and resumed", () => {
  let world: TestBus;
  beforeAll(async () => {
    world = await startBus(poisonSettings);
  }, TIMEOUT_MS);
  afterAll(() => world?.stop());

  it(
    "applies every letter once and in sequence",
    async () => {
      const options = { letters: 200, ratePerSecond: 40, onStep: () => {} };
      const report = await runRedriveLoad(world, options);
      expect(report.problems).toEqual([]);
      expect(report.killedAfter).toBeGreaterThan(0);
      expect(report.killedAfter).toBeLessThan(200);
    },
    TIMEOUT_MS,
  );
});
