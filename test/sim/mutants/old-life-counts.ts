import { type Mutant, withCommit } from "../mutant.ts";

/** Goes on counting where the last life ended: a redriven event is dead at its first failure. */
export const mutant: Mutant = {
  crimes: ["8 budget"],
  code: withCommit((ledger, write) => {
    const { life } = write.after;
    const old = write.before.life;
    if (life === undefined || old === undefined || life.messageId === old.messageId) {
      return ledger.commit(write);
    }
    const counted = { ...life, attempts: life.attempts + old.attempts };
    return ledger.commit({ ...write, after: { ...write.after, life: counted } });
  }),
};
