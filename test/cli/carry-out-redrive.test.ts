import { afterEach, describe, expect, it, vi } from "vitest";
import { type CarryOutOptions, carryOutRedrive } from "../../cli/commands/carry-out-redrive.ts";
import type { Lease } from "../../cli/dead-letters/dead-letter.ts";
import type { RedrivePlan } from "../../cli/dead-letters/plan.ts";
import { EXIT } from "../../cli/exit-codes.ts";
import type { Stage } from "../../cli/stage-clients.ts";
import { CONSUMERS } from "./make-stage.ts";

/** A plan without orders asks the stage nothing; that nobody holds the lease any more is all it says. */
const carryOut = (plans: readonly Partial<RedrivePlan>[], over: Partial<CarryOutOptions> = {}) => {
  const options = { rate: 1, canary: true, canarySeconds: 1, json: true, ...over };
  const { signal } = new AbortController();
  const stage = {
    dynamo: { send: async () => ({}) },
    outputs: { DedupTable: "dedup", Consumers: CONSUMERS },
  } as unknown as Stage;
  const made = plans.values();
  return carryOutRedrive({ stage, args: ["fraud"], options, signal }, async () => ({
    ...{ consumer: "fraud", from: "consumer", orders: [], letters: 0, remarks: [] },
    ...made.next().value,
  }));
};

const leasedBy: Lease = {
  ...{ holder: "ada", act: "redrive", token: "t", sinceMs: 0, heldUntilMs: Date.now() + 60_000 },
};

describe("a redrive's exit code", () => {
  afterEach(() => vi.restoreAllMocks());

  it.each<{ readonly dryRun: boolean }>([{ dryRun: true }, { dryRun: false }])(
    "is a fault where letters were hidden from its plan (dry run: $dryRun)",
    async ({ dryRun }) => {
      const told = vi.spyOn(console, "log").mockReturnValue();
      expect(await carryOut([{}], { dryRun })).toBe(EXIT.done);
      expect(await carryOut([{ partlySeen: true }], { dryRun })).toBe(EXIT.fault);
      expect(told.mock.calls.map(([line]) => JSON.parse(line).partlySeen)).toEqual([
        undefined,
        true,
      ]);
    },
  );

  it("is a fault where another is at work; with --wait its end is waited for, and planned anew", async () => {
    const told = vi.spyOn(console, "log").mockReturnValue();
    expect(await carryOut([{ leasedBy }])).toBe(EXIT.fault);
    expect(JSON.parse(told.mock.calls[0]?.[0])).toMatchObject({
      kind: "leased",
      by: { holder: "ada" },
    });
    expect(await carryOut([{ leasedBy }, { leasedBy }, {}], { wait: true })).toBe(EXIT.done);
  });
});
