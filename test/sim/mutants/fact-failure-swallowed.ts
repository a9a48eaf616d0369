import { type Mutant, withPorts } from "../mutant.ts";

/** Goes on to the watermark whatever became of the fact. */
export const mutant: Mutant = {
  crimes: ["10 consumers agree"],
  code: withPorts((context) => ({
    ...context,
    facts: {
      put: async (facts) => {
        await context.facts.put(facts);
        return { kind: "committed" };
      },
    },
  })),
};
