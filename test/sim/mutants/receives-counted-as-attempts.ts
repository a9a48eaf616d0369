import { type Mutant, withCommit } from "../mutant.ts";

/** Judges by SQS's receive count, which throttles and bounces raise too (T8, T10). */
export const mutant: Mutant = {
  crimes: ["8 budget"],
  code: withCommit((ledger, write) => {
    const { life } = write.after;
    const receives = Number(write.after.by?.split("/")[1] ?? 0);
    if (life === undefined) return ledger.commit(write);
    const counted = { ...life, attempts: Math.max(life.attempts, receives) };
    return ledger.commit({ ...write, after: { ...write.after, life: counted } });
  }),
};
