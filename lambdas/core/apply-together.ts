/**
 * Several due events of one order that come in one batch, applied as one write.
 *
 * Only what goes as well as it can: each is here for the first time and its handler succeeds. All
 * else is left to be done one by one, and so is a write that did not go through, so the rules of
 * failure are told once. A side effect may not run before its predecessor is applied.
 */
import { adjustsOf, applyOnce, expiry, factsOf } from "./apply-once.ts";
import type { Arrival } from "./arrival.ts";
import { appliedNow } from "./attempt.ts";
import type { Change } from "./consumer.ts";
import { type ConsumerContext, dueOf, isOutOfTime } from "./consumer-context.ts";
import { type Evaluation, evaluate } from "./evaluate.ts";
import { judge, type Verdict } from "./fence.ts";
import type { Result } from "./give-back.ts";
import type { JsonObject, LedgerRow } from "./ledger-row.ts";
import { FACTS_AT_ONCE, TRANSACTION_ITEMS } from "./ports.ts";

type OrderChange = Change<JsonObject>;
type Member = { readonly arrival: Arrival; readonly change: OrderChange };

export type Together = {
  readonly row: LedgerRow;
  readonly results: readonly Result[];
  /** What is still to be done, in sequence; the first may have been evaluated already. */
  readonly rest: readonly { readonly arrival: Arrival; readonly evaluation?: Evaluation }[];
};

const isFresh = (verdict: Verdict, { message }: Arrival): boolean =>
  verdict.kind === "due" &&
  verdict.life.attempts === 0 &&
  !verdict.life.open &&
  message.receiveCount < 2;

/** As if made one after the other, none of them refused. */
const mergeChanges = (changes: readonly OrderChange[]): OrderChange => {
  const effects = changes.flatMap((change) => change.effects ?? []);
  const state = changes.findLast((change) => change.state !== undefined)?.state;
  return { ...(state === undefined ? {} : { state }), effects };
};

const fits = ({ effects = [] }: OrderChange): boolean =>
  factsOf(effects).length <= FACTS_AT_ONCE && adjustsOf(effects).length < TRANSACTION_ITEMS;

type Gathered = {
  readonly members: readonly Member[];
  /** The first whose handler failed. */
  readonly failed?: { readonly arrival: Arrival; readonly evaluation: Evaluation };
};

/** The first events that can be one write. */
const gather = async (
  context: ConsumerContext,
  row: LedgerRow,
  arrivals: readonly Arrival[],
): Promise<Gathered> => {
  const members: Member[] = [];
  let after = row;
  for (const arrival of arrivals) {
    const verdict = judge(after, arrival, dueOf(context));
    if (verdict.kind === "ignored") continue;
    if (!isFresh(verdict, arrival) || isOutOfTime(context)) break;
    const evaluation = await evaluate(context, after, arrival);
    if (evaluation.kind === "failure") return { members, failed: { arrival, evaluation } };
    const { change } = evaluation;
    if (!fits(mergeChanges([...members.map((member) => member.change), change]))) break;
    members.push({ arrival, change });
    const { state = after.state } = change;
    after = { ...after, seq: arrival.sequence, ...(state === undefined ? {} : { state }) };
  }
  return { members };
};

/** One event's own change keeps its other way; of several nobody could tell whose was refused. */
const changeOf = (context: ConsumerContext, members: readonly Member[]) => {
  const changes = members.map(({ change }) => change);
  const [only] = changes;
  if (only !== undefined && changes.length === 1) return only;
  const expiries: { expiresAt?: number } = Object.assign(
    {},
    ...members.map(({ arrival }) => expiry(context, arrival)),
  );
  return { ...mergeChanges(changes), ...expiries, branch: "together" as const };
};

type Rest = Together["rest"];

/** The first one's change was made for the row as it still is. */
const withFirst = (rest: Rest, [first]: readonly Member[]): Rest =>
  rest.map(({ arrival }) =>
    arrival === first?.arrival
      ? { arrival, evaluation: { kind: "change", change: first.change } }
      : { arrival },
  );

export const applyTogether = async (
  context: ConsumerContext,
  row: LedgerRow,
  arrivals: readonly Arrival[],
): Promise<Together> => {
  const nothing = { row, results: [], rest: arrivals.map((arrival) => ({ arrival })) };
  if (arrivals.length < 2 || context.sideEffect !== undefined) return nothing;
  const { members, failed } = await gather(context, row, arrivals);
  // The other way of a change leaves another state than the one that this handler was given.
  const isSure = members.every((member) => member.change.otherwise === undefined);
  const rest = nothing.rest.map(({ arrival }) =>
    isSure && arrival === failed?.arrival ? failed : { arrival },
  );
  const last = members.at(-1);
  if (last === undefined) return { ...nothing, rest };
  const applied = await applyOnce(context, row, last.arrival, changeOf(context, members));
  if (applied.kind !== "committed") return { ...nothing, rest: withFirst(nothing.rest, members) };
  const done = new Set(members.map(({ arrival }) => arrival));
  return {
    row: applied.row,
    results: [...done].map((arrival) => ({ arrival, outcome: appliedNow(context, arrival) })),
    rest: rest.filter(({ arrival }) => !done.has(arrival)),
  };
};
