import { type Mutant, withPorts } from "../mutant.ts";

/** Reads a cancelled transaction of several orders as if those not at fault had been written. */
export const mutant: Mutant = {
  crimes: ["1 conserved"],
  code: withPorts((context) => ({
    ...context,
    ledger: {
      ...context.ledger,
      commitTogether: async (rows, effects) => {
        const result = await context.ledger.commitTogether(rows, effects);
        if (result.kind !== "cancelled") return result;
        const verdicts = result.rows.map((verdict) => (verdict === "fine" ? "own" : verdict));
        return { ...result, rows: verdicts };
      },
    },
  })),
};
