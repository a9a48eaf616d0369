import { afterEach, describe, expect, it, vi } from "vitest";
import { type CarryOutOptions, carryOutRedrive } from "../../cli/commands/carry-out-redrive.ts";
import type { RedrivePlan } from "../../cli/dead-letters/plan.ts";
import { EXIT } from "../../cli/exit-codes.ts";
import type { Stage } from "../../cli/stage-clients.ts";

/** A plan without orders asks the stage nothing. */
const carryOut = (plan: Partial<RedrivePlan>, over: Partial<CarryOutOptions> = {}) => {
  const options = { rate: 1, canary: true, canarySeconds: 1, json: true, ...over };
  const { signal } = new AbortController();
  const whole: RedrivePlan = {
    ...{ consumer: "fraud", from: "consumer", orders: [], letters: 0, remarks: [] },
    ...plan,
  };
  const work = { stage: {} as Stage, args: ["fraud"], options, signal };
  return carryOutRedrive(work, async () => whole);
};

describe("a redrive's exit code", () => {
  afterEach(() => vi.restoreAllMocks());

  it.each<{ readonly dryRun: boolean }>([{ dryRun: true }, { dryRun: false }])(
    "is a fault where letters were hidden from its plan (dry run: $dryRun)",
    async ({ dryRun }) => {
      const told = vi.spyOn(console, "log").mockReturnValue();
      expect(await carryOut({}, { dryRun })).toBe(EXIT.done);
      expect(await carryOut({ partlySeen: true }, { dryRun })).toBe(EXIT.fault);
      expect(told.mock.calls.map(([line]) => JSON.parse(line).partlySeen)).toEqual([
        undefined,
        true,
      ]);
    },
  );
});
