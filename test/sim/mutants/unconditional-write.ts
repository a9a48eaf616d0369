import { type Mutant, withCommit } from "../mutant.ts";

/** Writes the row whatever it has become: a late invocation commits after the fact (T20). */
export const mutant: Mutant = {
  crimes: [
    "13 redrive is a no-op",
    "3 one effect",
    "4 order",
    "5 dead stays dead",
    "1 conserved",
    "14 seen",
  ],
  code: withCommit(async (ledger, write) => {
    const { orderId } = write.before;
    const now = (await ledger.read([orderId])).get(orderId) ?? write.before;
    const after = { ...write.after, rev: now.rev + 1, by: `#mutant-${now.rev}` };
    return ledger.commit({ ...write, before: now, after });
  }),
};
