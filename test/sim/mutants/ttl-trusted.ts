import { type Mutant, withPorts } from "../mutant.ts";

/** Takes an absent row for an order that never was, however old the event is (T18). */
export const mutant: Mutant = {
  crimes: ["3 one effect"],
  code: withPorts((context) => ({
    ...context,
    // Rows still expire, since their expiry follows from an order of another age.
    clock: { ...context.clock, nowMs: () => Math.min(context.clock.nowMs(), FIRST_DAY_MS) },
  })),
};

const FIRST_DAY_MS = 1_780_000_000_000 + 20 * 3_600_000;
