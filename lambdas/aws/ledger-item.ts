import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { type Budget, noBudget } from "../core/dead-letter-budget.ts";
import { type LedgerRow, newRow } from "../core/ledger-row.ts";

export type Item = Record<string, AttributeValue>;

/** No order id may contain `#`, so this key can be none. */
export const BUDGET_KEY = "#budget";

/** With a key `constructor`, as a SKU may be called, a plain object looks like a class instance. */
const marshalled = (value: object): Item =>
  marshall(value, { removeUndefinedValues: true, convertClassInstanceToMap: true });

/** The index `dead-letters` is sparse: only rows with these two attributes are in it. */
const deadHead = ({ life }: LedgerRow, consumer: string) =>
  life?.dead === undefined ? {} : { deadConsumer: consumer, deadAtMs: life.dead.atMs };

export const rowToItem = ({ newer, ...row }: LedgerRow, consumer: string): Item =>
  marshalled({ ...newer, ...row, consumer, ...deadHead(row, consumer) });

export const itemToRow = (item: Item): LedgerRow => {
  const { orderId, seq, rev, state, life, discarded, appliedAtMs, by, expiresAt, ...others } =
    unmarshall(item);
  // These three are written anew from the rest.
  const { consumer: _key, deadConsumer: _dead, deadAtMs: _deadAt, ...unknown } = others;
  const newer = Object.keys(unknown).length === 0 ? undefined : unknown;
  const optional = { state, life, discarded, appliedAtMs, by, expiresAt, newer };
  const present = Object.entries(optional).filter(([, value]) => value !== undefined);
  return { ...newRow(orderId), seq, rev, ...Object.fromEntries(present) };
};

export const budgetToItem = (budget: Budget, consumer: string): Item =>
  marshalled({ ...budget, orderId: BUDGET_KEY, consumer });

export const itemToBudget = (item: Item | undefined): Budget => {
  if (item === undefined) return noBudget;
  const { rev, tokens, grantedAtMs, minute, earned } = unmarshall(item);
  return { rev, tokens, grantedAtMs, minute, earned };
};
