/**
 * The idea of this bus, in one file: what a consumer does with a batch of messages.
 *
 * Goal: each event of an order takes effect exactly once and in sequence, and nothing is lost.
 *
 * 1. Read the orders' rows, before any handler and before any message is called a duplicate.
 * 2. Orders run side by side; the events of one order one after the other, by sequence.
 * 3. The fence lets through only the event after the last applied one, and its effects and the
 *    new watermark are one conditional write. So a failure needs no flag to stop its followers,
 *    a crash leaves both or neither, and a late invocation writes nothing.
 * 4. What is not done goes back to the queue, followers first and visible at once, the order's
 *    first one last and hidden for a while: SQS keeps the order's group locked behind it (2.7).
 *    Every id that is not done is reported, because SQS deletes what is left out (3.7).
 * 5. A message decided dead is not sent anywhere. It comes back untried until SQS itself moves it
 *    to the dead-letter queue, with its source recorded, so that every redrive works (2.23, 2.24).
 *
 * Nothing of an event is kept from one invocation to the next, and nothing expected is thrown.
 */
import { type Arrival, readArrival } from "./arrival.ts";
import { consumeEvent } from "./consume-event.ts";
import type { ConsumerContext } from "./consumer-context.ts";
import { earnTokens } from "./earn-tokens.ts";
import { byOrder, giveBack, type Result } from "./give-back.ts";
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
const DUPLICATE: Outcome = { kind: "duplicate" };

export const consumeBatch = async (
  context: ConsumerContext,
  messages: readonly Message[],
): Promise<BatchReport> => {
  const arrivals = messages.map(readArrival);
  const rows = await readRows(context, arrivals);
  if (rows === undefined) {
    const away = arrivals.map((arrival) => ({ arrival, outcome: TABLE_AWAY }));
    await giveBack(context, away);
    return report(away);
  }
  const rowOf = (orderId: string) => rows.get(orderId) ?? newRow(orderId);
  const { run, done, handBack } = selectArrivals(arrivals, rowOf);
  const aside = handBack.map((arrival) => ({ arrival, outcome: RUNS_ALONE }));
  await context.queue.remove(done.map(({ message }) => message));
  await giveBack(context, aside);

  const orders = byOrder(run, (arrival) => arrival);
  const results = await Promise.all(
    orders.map(([orderId, order]) => consumeOrder(context, rowOf(orderId), order)),
  );
  await giveBack(context, results.flat());
  await earnTokens(context, results.flat());
  const removed = done.map((arrival) => ({ arrival, outcome: DUPLICATE }));
  return report([...results.flat(), ...aside, ...removed]);
};

const consumeOrder = async (
  context: ConsumerContext,
  row: LedgerRow,
  arrivals: readonly Arrival[],
): Promise<Result[]> => {
  const results: Result[] = [];
  let current = row;
  for (const arrival of arrivals) {
    const consumed = await consumeEvent(context, current, arrival);
    current = consumed.row;
    results.push({ arrival, outcome: consumed.outcome });
  }
  return results;
};

const readRows = async (
  context: ConsumerContext,
  arrivals: readonly Arrival[],
): Promise<Map<string, LedgerRow> | undefined> => {
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
