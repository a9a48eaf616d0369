import { tickAdmission } from "../../../lambdas/core/tick-admission.ts";
import { type Mutant, withPart } from "../mutant.ts";

/** Opens below a mark that no gauge can ever be below. */
export const mutant: Mutant = {
  crimes: ["the admission door opens again"],
  code: withPart({
    tick: (ports, rules) => {
      const never = (marks: { readonly closeAt: number }) => ({ ...marks, openAt: -1 });
      const critical = Object.fromEntries(
        Object.entries(rules.critical).map(([name, { depth, deadLetters, retrying }]) => [
          name,
          { depth: never(depth), deadLetters: never(deadLetters), retrying: never(retrying) },
        ]),
      );
      return tickAdmission(ports, { ...rules, critical });
    },
  }),
};
