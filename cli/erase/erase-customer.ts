/**
 * Replaces a customer's id by a pseudonym wherever a stage keeps it. Orders, counts and totals stay as
 * they are. Each write is one place and conditional, and what is left is found anew each time: a run
 * that broke off, or met with others at work, is started again.
 */
import type { Stage } from "../stage-clients.ts";
import { findHoldings, type Holdings } from "./find-holdings.ts";
import { forgetPseudonym, keepPseudonym } from "./pseudonym.ts";
import {
  type Ids,
  type Replaced,
  replaceInOrder,
  replaceInRow,
  replaceInTable,
} from "./replace-in-tables.ts";

export type EraseOptions = {
  /** Told after each place, of as many as there are. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
};

export type Erased = {
  readonly pseudonym: string;
  readonly orders: number;
  readonly rows: number;
  /** By consumer and table. */
  readonly tables: Readonly<Record<string, number>>;
  /** What still has the id: nothing, once all orders are applied everywhere. */
  readonly left: Holdings;
};

/** Rows that change while they are replaced, such as a customer's points, are looked at again. */
const PASSES = 3;

export const placesIn = ({ orders, rows, tables }: Holdings): number =>
  orders.length + rows.length + tables.reduce((sum, table) => sum + table.rows.length, 0);

type Write = { readonly what: string; readonly run: (ids: Ids) => Promise<Replaced> };

/** Orders first: from then on nothing new is written under the old id. */
const writesOf = (stage: Stage, { orders, rows, tables }: Holdings): Write[] => [
  ...orders.map((order) => ({
    what: "orders",
    run: (ids: Ids) => replaceInOrder(stage, order, ids),
  })),
  ...rows.map((row) => ({ what: "rows", run: (ids: Ids) => replaceInRow(stage, row, ids) })),
  ...tables.flatMap((table) =>
    table.rows.map((row) => ({
      what: `${table.consumer} ${table.table}`,
      run: (ids: Ids) => replaceInTable(stage, table, row, ids),
    })),
  ),
];

export const eraseCustomer = async (
  stage: Stage,
  customerId: string,
  { onProgress, signal }: EraseOptions = {},
): Promise<Erased> => {
  const ids = { customerId, pseudonym: await keepPseudonym(stage, customerId) };
  const counts: Record<string, number> = { orders: 0, rows: 0 };
  let left = await findHoldings(stage, customerId);
  const total = placesIn(left);
  for (let pass = 0; pass < PASSES && placesIn(left) > 0; pass++) {
    for (const { what, run } of writesOf(stage, left)) {
      signal?.throwIfAborted();
      if ((await run(ids)) === "changed") continue;
      counts[what] = (counts[what] ?? 0) + 1;
      const done = Object.values(counts).reduce((sum, each) => sum + each, 0);
      onProgress?.(done, Math.max(done, total));
    }
    left = await findHoldings(stage, customerId);
  }
  if (placesIn(left) + left.heldBack.length === 0) await forgetPseudonym(stage, customerId);
  const { orders = 0, rows = 0, ...tables } = counts;
  return { pseudonym: ids.pseudonym, orders, rows, tables, left };
};
