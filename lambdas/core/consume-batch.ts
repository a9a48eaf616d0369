/**
 * The idea of this bus, in one file: what a consumer does with a batch of messages.
 *
 * Goal: each event of an order takes effect exactly once and in sequence, and nothing is lost.
 *
 * 1. Read the orders' rows, before any handler and before any message is called a duplicate.
 *    An event of a type that the consumer does not handle is acknowledged without any.
 * 2. Orders run side by side; the events of one order one after the other, by sequence.
 * 3. The fence lets through only the next due event after the last applied one, and its effects
 *    and the new watermark are one conditional write. So a failure needs no flag to stop its
 *    followers, a crash leaves both or neither, and a late invocation writes nothing. Where all
 *    goes well, several events of an order are one write, and several orders one transaction.
 * 4. What is not done goes back to the queue, followers first and visible at once, the order's
 *    first one last and hidden for a while: SQS keeps the order's group locked behind it (2.7).
 *    Every id that is not done is reported, because SQS deletes what is left out (3.7).
 * 5. A message decided dead is not sent anywhere. It comes back untried until SQS itself moves it
 *    to the dead-letter queue, with its source recorded, so that every redrive works (2.23, 2.24).
 *
 * Nothing of an event is kept from one invocation to the next, and nothing expected is thrown.
 */
import { applyTogether } from "./apply-together.ts";
import { type Arrival, readArrival } from "./arrival.ts";
import { consumeEvent } from "./consume-event.ts";
import { type ConsumerContext, dueOf } from "./consumer-context.ts";
import { earnTokens } from "./earn-tokens.ts";
import { isIgnored, judge } from "./fence.ts";
import { byOrder, giveBack, type Result } from "./give-back.ts";
import { groupCommits } from "./group-commit.ts";
import { type LedgerRow, newRow } from "./ledger-row.ts";
import { isDone, type Outcome } from "./outcome.ts";
import type { Message } from "./ports.ts";
import { selectArrivals } from "./suspects.ts";

export type BatchReport = {
  /** One a message, in no particular order. */
  readonly results: readonly Result[];
  /** The ids that must come back: `batchItemFailures`. */
  readonly failedIds: readonly string[];
};

const TABLE_AWAY: Outcome = { kind: "postponed", until: "later", reason: "no row can be read" };
const RUNS_ALONE: Outcome = { kind: "postponed", until: "soon", reason: "a suspect runs alone" };

export const consumeBatch = async (
  context: ConsumerContext,
  messages: readonly Message[],
): Promise<BatchReport> => {
  const arrivals = messages.map(readArrival);
  const due = dueOf(context);
  const rows = await readRows(
    context,
    arrivals.filter((arrival) => !isIgnored(arrival, due)),
  );
  const rowOf = (orderId: string) => rows?.get(orderId) ?? newRow(orderId);
  const verdictOf = (arrival: Arrival) => judge(rowOf(arrival.orderId), arrival, due);
  if (rows === undefined) {
    const results = arrivals.map((arrival) => {
      const outcome: Outcome = isIgnored(arrival, due) ? { kind: "ignored" } : TABLE_AWAY;
      return { arrival, outcome };
    });
    await giveBack(context, results);
    return report(results);
  }
  const { run, done, handBack } = selectArrivals(arrivals, verdictOf);
  const aside = handBack.map((arrival) => ({ arrival, outcome: RUNS_ALONE }));
  await context.queue.remove(done.map(({ arrival }) => arrival.message));
  await giveBack(context, aside);

  const orders = byOrder(run, (arrival) => arrival);
  const batch = orders.length < 2 ? context : { ...context, group: groupCommits(context) };
  const results = await Promise.all(
    orders.map(([orderId, order]) => consumeOrder(batch, rowOf(orderId), order)),
  );
  await giveBack(context, results.flat());
  await earnTokens(context, results.flat());
  return report([...results.flat(), ...aside, ...done]);
};

const consumeOrder = async (
  context: ConsumerContext,
  row: LedgerRow,
  arrivals: readonly Arrival[],
): Promise<Result[]> => {
  const together = await applyTogether(context, row, arrivals);
  const results: Result[] = [...together.results];
  let current = together.row;
  for (const next of together.rest) {
    const consumed = await consumeEvent(context, current, next);
    current = consumed.row;
    results.push({ arrival: next.arrival, outcome: consumed.outcome });
  }
  return results;
};

const readRows = async (
  context: ConsumerContext,
  arrivals: readonly Arrival[],
): Promise<Map<string, LedgerRow> | undefined> => {
  if (arrivals.length === 0) return new Map();
  try {
    return await context.ledger.read([...new Set(arrivals.map(({ orderId }) => orderId))]);
  } catch {
    return undefined;
  }
};

const report = (results: readonly Result[]): BatchReport => ({
  results,
  failedIds: results
    .filter(({ outcome }) => !isDone(outcome))
    .map(({ arrival }) => arrival.message.messageId),
});
