import { newRow } from "../../../lambdas/core/ledger-row.ts";
import { type Mutant, withPorts } from "../mutant.ts";

let writes = 0;

/** The watermark first, the effects in a second write: a crash in between loses them. */
export const mutant: Mutant = {
  crimes: ["1 conserved", "4 order"],
  code: withPorts((context) => ({
    ...context,
    ledger: {
      ...context.ledger,
      commit: async (write) => {
        const marked = await context.ledger.commit({ ...write, effects: [] });
        if (marked.kind !== "committed" || write.effects.length === 0) return marked;
        const before = newRow(`#mutant-${++writes}`);
        const after = { ...before, rev: 1 };
        return context.ledger.commit({ before, after, effects: write.effects });
      },
    },
  })),
};
