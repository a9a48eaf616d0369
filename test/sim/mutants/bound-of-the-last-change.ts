import { type Mutant, withPorts } from "../mutant.ts";

/** Of several orders that take the same item, holds only the sum of all to the bound. */
export const mutant: Mutant = {
  crimes: ["10 consumers agree"],
  code: withPorts((context) => ({
    ...context,
    ledger: {
      ...context.ledger,
      commitTogether: (rows, effects) => {
        const loose = effects.map(({ floor: _floor, ceiling: _ceiling, ...effect }) => effect);
        return context.ledger.commitTogether(rows, loose);
      },
    },
  })),
};
