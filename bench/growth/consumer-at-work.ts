/** A consumer at its work on the events of a day, in batches as a queue hands them over. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { seededRandom } from "../../cli/seeded-random.ts";
import { fraud } from "../../lambdas/consumers/fraud.ts";
import { inventory } from "../../lambdas/consumers/inventory.ts";
import { loyalty } from "../../lambdas/consumers/loyalty.ts";
import { recommendation } from "../../lambdas/consumers/recommendation.ts";
import { warehouse } from "../../lambdas/consumers/warehouse.ts";
import { consumeBatch } from "../../lambdas/core/consume-batch.ts";
import type { Consumer } from "../../lambdas/core/consumer.ts";
import type { ConsumerContext } from "../../lambdas/core/consumer-context.ts";
import type { FactStore, Ledger } from "../../lambdas/core/ports.ts";
import { defaultFailureRules } from "../../lib/default-failure-rules.ts";
import { batchesOn, bodyOf, type DayEvent } from "./shop-day.ts";

export const CONSUMERS: Readonly<Record<string, Consumer>> = {
  ...{ inventory, loyalty, recommendation, warehouse, fraud },
};

const SENT_AT_MS = Date.UTC(2026, 0, 1);
const INITIAL_STOCK = 1_000_000_000;
const INVOCATION_MS = 30_000;

export type Tables = {
  /** What one invocation works with: made anew for each. */
  readonly ledger: () => Ledger;
  readonly facts: () => FactStore;
};

const messageOf = (event: DayEvent) => {
  const messageId = `${event.order.orderId}-message-${event.sequence}`;
  return {
    ...{ messageId, receiptHandle: messageId, receiveCount: 1, sentAtMs: SENT_AT_MS },
    body: bodyOf(event),
  };
};

const notHere = async (entries: readonly unknown[]): Promise<void> => {
  if (entries.length > 0) throw new Error(`${entries.length} messages were not simply applied`);
};

const consume = async (context: ConsumerContext, events: readonly DayEvent[]): Promise<void> => {
  const { failedIds } = await consumeBatch(context, events.map(messageOf));
  await notHere(failedIds);
};

/**
 * A day's batches, to be run one after the other. One throws when an event is handed back: then the
 * days are not alike.
 */
export const consumerDay = (
  consumer: Consumer,
  tables: Tables,
  day: number,
): readonly (() => Promise<void>)[] => {
  // Tokens of the dead-letter budget are drawn by lot; on each day the same.
  const random = seededRandom(1).next;
  return batchesOn(day).map(
    (events) => () =>
      consume(
        {
          consumer,
          settings: { initialStock: INITIAL_STOCK },
          rules: defaultFailureRules,
          ledger: tables.ledger(),
          facts: tables.facts(),
          queue: { hide: notHere, remove: notHere },
          clock: { nowMs: Date.now, sleep: async () => {} },
          nextTurn: () => nextTurn(),
          random,
          remainingMs: () => INVOCATION_MS,
          reserveMs: 0,
        },
        events,
      ),
  );
};
