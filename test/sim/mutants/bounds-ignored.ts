import { type Mutant, withCommit } from "../mutant.ts";

/** Adds without looking at the bounds: stock that is not there is reserved. */
export const mutant: Mutant = {
  crimes: ["10 consumers agree"],
  code: withCommit((ledger, write) => {
    const effects = write.effects.map(({ floor: _floor, ceiling: _ceiling, ...effect }) => effect);
    return ledger.commit({ ...write, effects });
  }),
};
