import { type Mutant, withPorts } from "../mutant.ts";

/** Decides without a token: an outage dead-letters everything (T39). */
export const mutant: Mutant = {
  crimes: ["the budget bounds the dead"],
  code: withPorts((context) => ({
    ...context,
    ledger: {
      ...context.ledger,
      readBudget: async () => ({ ...(await context.ledger.readBudget()), tokens: 1_000 }),
      commit: ({ budget: _ignored, ...write }) => context.ledger.commit(write),
    },
    rules: { ...context.rules, budget: { ...context.rules.budget, capacity: 1_000 } },
  })),
};
