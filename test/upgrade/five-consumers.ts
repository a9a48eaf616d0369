/** The five consumers, each at work with tables in memory, and what they leave there. */
import { fraud } from "../../lambdas/consumers/fraud.ts";
import { inventory } from "../../lambdas/consumers/inventory.ts";
import { loyalty } from "../../lambdas/consumers/loyalty.ts";
import { recommendation } from "../../lambdas/consumers/recommendation.ts";
import { warehouse } from "../../lambdas/consumers/warehouse.ts";
import type { Consumer } from "../../lambdas/core/consumer.ts";
import type { LedgerRow } from "../../lambdas/core/ledger-row.ts";
import { makeWorld } from "../core/make-context.ts";
import { type MessageShape, makeMessage } from "../core/make-message.ts";

const consumers = [inventory, loyalty, recommendation, warehouse, fraud] as unknown as Consumer[];
const TABLES = ["stock", "points", "bought", "together", "velocity"];

/** An event as it is on the wire, and the order that it belongs to. */
export type Sent = { readonly orderId: string; readonly sequence: number; readonly body: string };

export const workOf = (consumer: Consumer) => {
  const world = makeWorld({ consumer, context: { settings: { initialStock: 100 } } });
  const { tables } = world;
  const deliver = (sent: Sent, shape: MessageShape = {}) =>
    world.deliver(makeMessage({ ...shape, ...sent }));
  const rows = (): LedgerRow[] => [...tables.rows("test").values()];
  return {
    deliver,
    row: world.row,
    /** As if another version had left it. */
    putRow: (row: LedgerRow) => void tables.rows("test").set(row.orderId, row),
    /** Applies it, where it is due, or throws. */
    apply: async (sent: Sent): Promise<void> => {
      const { results } = await deliver(sent);
      const [outcome] = results.map((result) => result.outcome);
      const isDone = outcome?.kind === "applied" || outcome?.kind === "ignored";
      if (!isDone) throw new Error(JSON.stringify(outcome));
    },
    /** All that it left, by names that say what it is; not when, by which delivery, how far it is. */
    effects: () => ({
      orders: Object.fromEntries(
        rows().flatMap(({ orderId, state }) => (state === undefined ? [] : [[orderId, { state }]])),
      ),
      tables: Object.fromEntries(
        TABLES.map((table) => [table, Object.fromEntries(tables.items(table))] as const).filter(
          ([, items]) => Object.keys(items).length > 0,
        ),
      ),
      facts: Object.fromEntries(tables.factItems("facts")),
    }),
  };
};

export const FIVE: ReadonlyMap<string, Consumer> = new Map(
  consumers.map((consumer) => [consumer.name, consumer]),
);
