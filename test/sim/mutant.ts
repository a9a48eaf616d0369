import type { Ledger, LedgerResult, LedgerWrite } from "../../lambdas/core/ports.ts";
import type { InvariantName } from "./invariants.ts";
import { productionHandler } from "./queue-mapping.ts";
import { type CodeUnderTest, production } from "./run-world.ts";
import type { SimContext } from "./sim-consumer.ts";

/** A broken variant of the code, named by its sin, and what it must be convicted of. */
export type Mutant = {
  /** The invariants that may convict it; any other is the wrong crime. */
  readonly crimes: readonly InvariantName[];
  readonly code: CodeUnderTest;
};

/** The production code with one part replaced. */
export const withPart = (part: Partial<CodeUnderTest>): CodeUnderTest => ({
  ...production,
  ...part,
});

/** The production handler, given other ports. */
export const withPorts = (change: (context: SimContext) => SimContext): CodeUnderTest =>
  withPart({
    consumer: (context, messages) => productionHandler(aloneWhere(change, context), messages),
  });

/** A mutant that changes how one order is written sees each order's write alone. */
const aloneWhere = (change: (context: SimContext) => SimContext, context: SimContext) => {
  const changed = change(context);
  if (changed.ledger.commit === context.ledger.commit) return changed;
  const error = { name: "Apart", message: "one order a transaction" };
  const apart = async () => ({ kind: "failed", retryable: false, error }) as const;
  return { ...changed, ledger: { ...changed.ledger, commitTogether: apart } };
};

/** The production handler, whose every commit goes through a function of the ledger's own. */
export const withCommit = (
  commit: (ledger: Ledger, write: LedgerWrite) => Promise<LedgerResult>,
): CodeUnderTest =>
  withPorts((context) => ({
    ...context,
    ledger: { ...context.ledger, commit: (write) => commit(context.ledger, write) },
  }));
