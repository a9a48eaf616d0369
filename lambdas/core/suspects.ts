/**
 * Who runs in this invocation.
 *
 * An event whose start has no outcome may kill its function again, and with it the batch. So when
 * there is one, what is done is deleted, the rest is handed back at once, and one suspect order
 * runs alone: the one tried least, so that innocents who shared a crash are cleared first.
 */
import type { Arrival } from "./arrival.ts";
import { isSuspect, judge } from "./fence.ts";
import type { LedgerRow } from "./ledger-row.ts";

export type Selection = {
  readonly run: readonly Arrival[];
  /** Applied before; deleted now, since this invocation may not live to report them. */
  readonly done: readonly Arrival[];
  readonly handBack: readonly Arrival[];
};

export const selectArrivals = (
  arrivals: readonly Arrival[],
  rowOf: (orderId: string) => LedgerRow,
): Selection => {
  const suspects = arrivals.filter((arrival) => isSuspect(rowOf(arrival.orderId), arrival));
  const attempts = (arrival: Arrival) => rowOf(arrival.orderId).life?.attempts ?? 0;
  const [first, ...others] = suspects;
  if (first === undefined) return { run: arrivals, done: [], handBack: [] };
  const chosen = others.reduce((a, b) => (attempts(b) < attempts(a) ? b : a), first);
  const isDone = (arrival: Arrival) => judge(rowOf(arrival.orderId), arrival).kind === "duplicate";
  const rest = arrivals.filter((arrival) => arrival.orderId !== chosen.orderId);
  return {
    run: arrivals.filter((arrival) => arrival.orderId === chosen.orderId),
    done: rest.filter(isDone),
    handBack: rest.filter((arrival) => !isDone(arrival)),
  };
};
