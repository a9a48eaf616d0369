import { newRow } from "../../../lambdas/core/ledger-row.ts";
import { type Mutant, withCommit } from "../mutant.ts";

let writes = 0;

/** The effects first, the watermark in a second write: a crash in between doubles them. */
export const mutant: Mutant = {
  crimes: ["3 one effect"],
  code: withCommit(async (ledger, write) => {
    if (write.effects.length > 0) {
      const before = newRow(`#mutant-${++writes}`);
      const after = { ...before, rev: 1 };
      const done = await ledger.commit({ before, after, effects: write.effects });
      if (done.kind !== "committed") return done;
    }
    return ledger.commit({ ...write, effects: [] });
  }),
};
