import type { Adjust } from "../../lambdas/core/consumer.ts";
import type { LedgerRow } from "../../lambdas/core/ledger-row.ts";
import type { FactStore, Ledger } from "../../lambdas/core/ports.ts";

export type LedgerUnderTest = {
  /** A consumer's, of a name that no other test has. */
  readonly ledger: Ledger;
  readonly facts: FactStore;
  readonly stock: (sku: string) => Promise<Record<string, number> | undefined>;
  readonly fact: (day: string, eventId: string) => Promise<unknown>;
};

let names = 0;
/** The tables outlive a test, so each takes names of its own. */
export const unique = (name: string): string => `${name}-${++names}`;

export const next = (row: LedgerRow, fields: Partial<LedgerRow> = {}): LedgerRow => ({
  ...row,
  rev: row.rev + 1,
  by: unique("write"),
  ...fields,
});
export const adjust = (sku: string, fields: Partial<Adjust> = {}): Adjust => ({
  kind: "adjust",
  table: "stock",
  key: { sku },
  add: { count: 1 },
  ...fields,
});
export const COMMITTED = { kind: "committed" };
