import { type Mutant, withPorts } from "../mutant.ts";

/** Takes one attempt for enough: whoever shared the crash of another dies with it. */
export const mutant: Mutant = {
  crimes: ["7 isolation"],
  code: withPorts((context) => ({
    ...context,
    rules: { ...context.rules, attempts: 1, failingSeconds: 0 },
  })),
};
