/**
 * Who runs in this invocation.
 *
 * An event whose start has no outcome may kill its function again, and with it the batch. So when
 * there is one, what is done is deleted, the rest is handed back at once, and one suspect order
 * runs alone: the one tried least, so that innocents who shared a crash are cleared first.
 */
import type { Arrival } from "./arrival.ts";
import { isSuspect, type Verdict } from "./fence.ts";
import type { Result } from "./give-back.ts";

export type Selection = {
  readonly run: readonly Arrival[];
  /** Applied before, or ignored; deleted now: this invocation may not live to report them. */
  readonly done: readonly Result[];
  readonly handBack: readonly Arrival[];
};

type Judged = { readonly arrival: Arrival; readonly verdict: Verdict };

const doneBefore = ({ arrival, verdict }: Judged): Result[] => {
  if (verdict.kind !== "duplicate" && verdict.kind !== "ignored") return [];
  return [{ arrival, outcome: { kind: verdict.kind } }];
};

const attempts = ({ verdict }: Judged): number =>
  verdict.kind === "due" ? verdict.life.attempts : 0;

export const selectArrivals = (
  arrivals: readonly Arrival[],
  verdictOf: (arrival: Arrival) => Verdict,
): Selection => {
  const judged = arrivals.map((arrival) => ({ arrival, verdict: verdictOf(arrival) }));
  const suspects = judged.filter(({ verdict }) => isSuspect(verdict));
  const [first, ...others] = suspects;
  if (first === undefined) return { run: arrivals, done: [], handBack: [] };
  const chosen = others.reduce((a, b) => (attempts(b) < attempts(a) ? b : a), first);
  const { orderId } = chosen.arrival;
  const rest = judged.filter(({ arrival }) => arrival.orderId !== orderId);
  return {
    run: arrivals.filter((arrival) => arrival.orderId === orderId),
    done: rest.flatMap(doneBefore),
    handBack: rest.filter((one) => doneBefore(one).length === 0).map(({ arrival }) => arrival),
  };
};
