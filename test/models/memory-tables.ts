/**
 * DynamoDB as the consumers see it, in memory: the dedup table and their data tables, with
 * conditional writes and all-or-nothing transactions. Each call acts at one instant; whoever wants
 * latency, faults or interleaving wraps the ports.
 */
import type { Adjust, Fact } from "../../lambdas/core/consumer.ts";
import { type Budget, noBudget } from "../../lambdas/core/dead-letter-budget.ts";
import {
  isOwnWrite,
  type JsonObject,
  type LedgerRow,
  newRow,
} from "../../lambdas/core/ledger-row.ts";
import type {
  FactStore,
  ItemVerdict,
  Ledger,
  LedgerResult,
  LedgerWrite,
  RowWrite,
  TogetherResult,
} from "../../lambdas/core/ports.ts";

type DataItem = Record<string, number>;

export type MemoryTables = {
  readonly ledger: (consumer: string) => Ledger;
  readonly facts: () => FactStore;
  /** Rows by consumer, then order. */
  readonly rows: (consumer: string) => Map<string, LedgerRow>;
  /** Numbers by table, then key. */
  readonly items: (table: string) => Map<string, DataItem>;
  readonly factItems: (table: string) => Map<string, JsonObject>;
};

export const itemKey = (key: Readonly<Record<string, string>>): string =>
  Object.values(key).join("|");

const lazily = <V>(maps: Map<string, Map<string, V>>, name: string): Map<string, V> => {
  const found = maps.get(name) ?? new Map<string, V>();
  maps.set(name, found);
  return found;
};

const adjusted = (item: DataItem | undefined, adjust: Adjust): DataItem | undefined => {
  const after: DataItem = { ...item };
  for (const [attribute, add] of Object.entries(adjust.add)) {
    const sum = (item?.[attribute] ?? adjust.start?.[attribute] ?? 0) + add;
    if (sum < (adjust.floor?.[attribute] ?? Number.NEGATIVE_INFINITY)) return undefined;
    if (sum > (adjust.ceiling?.[attribute] ?? Number.POSITIVE_INFINITY)) return undefined;
    after[attribute] = sum;
  }
  return after;
};

/** A transaction holds 100 items and none of them twice (5.1). */
const fitsTransaction = ({ effects, budget }: LedgerWrite): boolean => {
  const keys = effects.map(({ table, key }) => `${table}|${itemKey(key)}`);
  const items = 1 + keys.length + (budget === undefined ? 0 : 1);
  return new Set(keys).size === keys.length && items <= 100;
};

const UNFIT: Extract<LedgerResult, { kind: "failed" }> = {
  kind: "failed",
  retryable: false,
  error: { name: "ValidationException", message: "too many items, or one item twice" },
};

export const memoryTables = (): MemoryTables => {
  const rowMaps = new Map<string, Map<string, LedgerRow>>();
  const itemMaps = new Map<string, Map<string, DataItem>>();
  const factMaps = new Map<string, Map<string, JsonObject>>();
  const budgets = new Map<string, Budget>();
  const rows = (consumer: string) => lazily(rowMaps, consumer);
  const items = (table: string) => lazily(itemMaps, table);

  const commit = (consumer: string, write: LedgerWrite): LedgerResult => {
    if (!fitsTransaction(write)) return UNFIT;
    const stored = rows(consumer).get(write.before.orderId);
    if ((stored?.rev ?? 0) !== write.before.rev) {
      if (stored !== undefined && isOwnWrite(stored, write.after)) return { kind: "committed" };
      return { kind: "changed", what: "row" };
    }
    const budget = budgets.get(consumer) ?? noBudget;
    if (write.budget !== undefined && budget.rev !== write.budget.before.rev) {
      return { kind: "changed", what: "budget" };
    }
    const changes = write.effects.map((effect) => {
      const key = itemKey(effect.key);
      return { effect, key, after: adjusted(items(effect.table).get(key), effect) };
    });
    if (changes.some(({ after }) => after === undefined)) return { kind: "refused" };
    for (const { effect, key, after } of changes) {
      if (after !== undefined) items(effect.table).set(key, after);
    }
    rows(consumer).set(write.after.orderId, write.after);
    if (write.budget !== undefined) budgets.set(consumer, write.budget.after);
    return { kind: "committed" };
  };

  const rowVerdict = (consumer: string, { before, after }: RowWrite): ItemVerdict => {
    const stored = rows(consumer).get(before.orderId);
    if ((stored?.rev ?? 0) === before.rev) return "fine";
    return stored !== undefined && isOwnWrite(stored, after) ? "own" : "refused";
  };

  const commitTogether = (
    consumer: string,
    written: readonly RowWrite[],
    effects: readonly Adjust[],
  ): TogetherResult => {
    const keys = effects.map(({ table, key }) => `${table}|${itemKey(key)}`);
    const all = [...written.map(({ after }) => after.orderId), ...keys];
    if (new Set(all).size !== all.length || all.length > 100) return UNFIT;
    const verdicts = written.map((row) => rowVerdict(consumer, row));
    const changes = effects.map((effect) => {
      const stored = items(effect.table);
      return {
        stored,
        key: itemKey(effect.key),
        after: adjusted(stored.get(itemKey(effect.key)), effect),
      };
    });
    const bounds = changes.map(
      ({ after }): ItemVerdict => (after === undefined ? "refused" : "fine"),
    );
    if ([...verdicts, ...bounds].some((verdict) => verdict !== "fine")) {
      return { kind: "cancelled", rows: verdicts, effects: bounds };
    }
    for (const { stored, key, after } of changes) if (after !== undefined) stored.set(key, after);
    for (const { after } of written) rows(consumer).set(after.orderId, after);
    return { kind: "committed" };
  };

  const putFacts = (facts: readonly Fact[]): void => {
    for (const { table, item } of facts) {
      const key = itemKey({ day: String(item.day), eventId: String(item.eventId) });
      lazily(factMaps, table).set(key, item);
    }
  };

  return {
    rows,
    items,
    factItems: (table) => lazily(factMaps, table),
    facts: () => ({
      put: async (facts) => {
        putFacts(facts);
        return { kind: "committed" };
      },
    }),
    ledger: (consumer) => ({
      read: async (orderIds) =>
        new Map(orderIds.map((id) => [id, rows(consumer).get(id) ?? newRow(id)])),
      readBudget: async () => budgets.get(consumer) ?? noBudget,
      commit: async (write) => commit(consumer, write),
      commitTogether: async (written, effects) => commitTogether(consumer, written, effects),
      commitBudget: async (before, after) => {
        if ((budgets.get(consumer) ?? noBudget).rev !== before.rev) {
          return { kind: "changed", what: "budget" };
        }
        budgets.set(consumer, after);
        return { kind: "committed" };
      },
    }),
  };
};
