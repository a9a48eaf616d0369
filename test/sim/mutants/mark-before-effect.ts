import { newRow } from "../../../lambdas/core/ledger-row.ts";
import { type Mutant, withCommit } from "../mutant.ts";

let writes = 0;

/** The watermark first, the effects in a second write: a crash in between loses them. */
export const mutant: Mutant = {
  crimes: ["1 conserved", "4 order"],
  code: withCommit(async (ledger, write) => {
    const marked = await ledger.commit({ ...write, effects: [] });
    if (marked.kind !== "committed" || write.effects.length === 0) return marked;
    const before = newRow(`#mutant-${++writes}`);
    const after = { ...before, rev: 1 };
    return ledger.commit({ before, after, effects: write.effects });
  }),
};
