import { newRow } from "../../../lambdas/core/ledger-row.ts";
import { type Mutant, withPorts } from "../mutant.ts";

let writes = 0;

/** The effects first, the watermark in a second write: a crash in between doubles them. */
export const mutant: Mutant = {
  crimes: ["3 one effect"],
  code: withPorts((context) => ({
    ...context,
    ledger: {
      ...context.ledger,
      commit: async (write) => {
        if (write.effects.length > 0) {
          const before = newRow(`#mutant-${++writes}`);
          const after = { ...before, rev: 1 };
          const done = await context.ledger.commit({ before, after, effects: write.effects });
          if (done.kind !== "committed") return done;
        }
        return context.ledger.commit({ ...write, effects: [] });
      },
    },
  })),
};
