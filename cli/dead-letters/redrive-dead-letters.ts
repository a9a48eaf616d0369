/**
 * Redrives what a plan names: under a lease, one order first as a canary, then the others.
 *
 * Nothing of an unfinished run is kept. What is left to do is in the queue and the rows, which a new
 * plan reads; a plan that was kept would be older than both. A letter that was sent and not yet
 * removed when a run was killed is sent again, and the consumer takes it for the duplicate it is.
 */
import type { Stage } from "../stage-clients.ts";
import type { ConsumerOutput } from "../stage-outputs.ts";
import { awaitPredecessors } from "./await-predecessors.ts";
import type { Lease } from "./dead-letter.ts";
import { type MoveTally, moveLetters, newTally } from "./move-letters.ts";
import { type PlannedOrder, type RedrivePlan, sumLetters } from "./plan.ts";
import { plannedConsumer } from "./planned-consumer.ts";
import { type HeldLease, takeLease } from "./redrive-lease.ts";
import { countDead } from "./skips.ts";
import { newMemory, type RunMemory, type UntouchedReason } from "./sort-letters.ts";
import { type CanaryResult, watchCanary } from "./watch-canary.ts";

export type RedriveProgress = {
  readonly phase: "canary" | "redrive";
  /** Letters sent, of the plan's. */
  readonly moved: number;
  readonly letters: number;
};

export type RedriveOptions = {
  /** Without it as fast as it goes. */
  readonly ratePerSecond?: number;
  /** How long one order is waited for first; 0: no canary. */
  readonly canarySeconds?: number;
  /** Also letters that lie before their predecessor: their consumer parks them until it is done. */
  readonly order?: RunMemory["order"];
  readonly leaseSeconds?: number;
  readonly holder?: string;
  /** Told of another's look, which is waited for. */
  readonly onLook?: (by: Lease) => void;
  readonly onProgress?: (progress: RedriveProgress) => void;
  /** Ends what is in hand, gives the rest back and frees the lease. */
  readonly signal?: AbortSignal;
};

export type Redriven = {
  readonly kind: "done" | "canary failed" | "interrupted" | "lease lost";
  /** The plan's letters. */
  readonly planned: number;
  /** Of those, sent to the consumer's queue and removed from the dead-letter queue. */
  readonly moved: number;
  /** Of those, not met with: still on their way there, hidden by somebody, or moved before. */
  readonly notFound: number;
  /** Further copies of events that are applied or were sent: sent too, to be acknowledged. */
  readonly copies: number;
  readonly removed: number;
  /** Sent and not removed: they are sent again by the next run, and are duplicates then. */
  readonly undeleted: number;
  readonly failedSends: number;
  readonly failure?: string;
  readonly untouched: Readonly<Record<UntouchedReason, number>>;
  /** A few orders whose first letter was not the event that is due. */
  readonly outOfSequence: readonly { readonly orderId: string; readonly sequence: number }[];
  readonly canary?: CanaryResult;
  /** Of the moving itself, without the wait for the canary and for what does not come. */
  readonly seconds: number;
};

export type RedriveResult = Redriven | { readonly kind: "leased"; readonly by: Lease };

const CANARY_SECONDS = 120;
/** Orders tried for a canary, should the first have left the queue meanwhile. */
const CANARIES = 3;
const SHOWN = 5;

type Run = {
  readonly stage: Stage;
  readonly from: RedrivePlan["from"];
  readonly consumer: ConsumerOutput;
  readonly options: RedriveOptions;
  readonly signal: AbortSignal;
  readonly sum: MoveTally;
};

const hasCopies = (order: PlannedOrder): boolean =>
  order.letters > countDead(order, order.fromSequence);

/** Where letters or copies cannot be counted, a pass goes on until nothing comes. */
const target = ({ from }: Run, orders: readonly PlannedOrder[]): number =>
  from === "subscription" || orders.some(hasCopies) ? Number.POSITIVE_INFINITY : sumLetters(orders);

const queuesOf = ({ from, consumer }: Run) => ({
  fromUrl:
    from === "consumer" ? consumer.deadLetterQueueUrl : consumer.subscriptionDeadLetterQueueUrl,
  toUrl: consumer.queueUrl,
});

const COUNTS = ["moved", "copies", "removed", "undeleted", "failedSends", "seconds"] as const;

const add = (sum: MoveTally, tally: MoveTally): void => {
  for (const name of COUNTS) sum[name] += tally[name];
  if (tally.failure !== undefined) sum.failure = tally.failure;
  // The last look at the queue counts.
  sum.untouched.clear();
  for (const [id, letter] of tally.untouched) sum.untouched.set(id, letter);
};

/** Passes over the queue for as long as what had to wait for its predecessor becomes due. */
const movePlanned = async (
  run: Run,
  phase: RedriveProgress["phase"],
  orders: readonly PlannedOrder[],
  letters: number,
): Promise<RunMemory> => {
  const { stage, consumer, options, signal, sum } = run;
  // SNS may fail one event of an order and deliver the next.
  const memory = newMemory(orders, run.from === "subscription" ? "as it lies" : options.order);
  const { ratePerSecond } = options;
  for (let left = target(run, orders); ; ) {
    const before = sum.moved;
    const onMoved = ({ moved }: MoveTally) =>
      options.onProgress?.({ phase, moved: before + moved, letters });
    const move = { sqs: stage.sqs, ...queuesOf(run), memory, ratePerSecond, signal, onMoved };
    const tally = await moveLetters(move, left);
    add(sum, tally);
    left -= tally.moved + tally.removed;
    const early = [...tally.untouched.values()].filter(
      ({ reason }) => reason === "out of sequence",
    );
    if (early.length === 0 || signal.aborted) return memory;
    if (!(await awaitPredecessors({ stage, consumer, memory, signal }, early))) return memory;
  }
};

/** `undefined` when no letter of the order was there to be sent. */
const runCanary = async (
  run: Run,
  order: PlannedOrder,
  letters: number,
): Promise<CanaryResult | undefined> => {
  const { stage, consumer, options, signal } = run;
  const { orderId } = order;
  const { sentIds, next } = await movePlanned(run, "canary", [order], letters);
  if (sentIds.size === 0) return undefined;
  const seconds = options.canarySeconds ?? CANARY_SECONDS;
  const upToSequence = (next.get(orderId) ?? 1) - 1;
  const canary = { consumer: consumer.name, orderId, upToSequence, sentIds, seconds, signal };
  return watchCanary(stage, canary);
};

/** The first in the queue that brings news: a copy of what is applied proves nothing. */
const firstCanary = async (run: Run, plan: RedrivePlan): Promise<CanaryResult | undefined> => {
  if (run.options.canarySeconds === 0) return undefined;
  const telling = plan.orders.filter((order) => !hasCopies(order));
  for (const order of telling.slice(0, CANARIES)) {
    const canary = await runCanary(run, order, plan.letters);
    if (canary !== undefined || run.signal.aborted) return canary;
  }
  return undefined;
};

const untouchedOf = ({ untouched }: MoveTally): Redriven["untouched"] => {
  const counts = {
    ...{ "not in the plan": 0, "after the snapshot": 0, "came back": 0, "out of sequence": 0 },
  };
  for (const { reason } of untouched.values()) counts[reason]++;
  return counts;
};

const resultOf = (
  run: Run,
  plan: RedrivePlan,
  kind: Redriven["kind"],
  canary: CanaryResult | undefined,
): Redriven => {
  const { moved, copies, removed, undeleted, failedSends, failure, untouched } = run.sum;
  const outOfSequence = [...untouched.values()]
    .filter(({ reason }) => reason === "out of sequence")
    .slice(0, SHOWN)
    .map(({ orderId, sequence }) => ({ orderId, sequence }));
  return {
    ...{ kind, planned: plan.letters, moved, copies, removed, undeleted, failedSends },
    ...(failure === undefined ? {} : { failure }),
    notFound: Math.max(0, plan.letters - moved - removed - copies),
    untouched: untouchedOf(run.sum),
    outOfSequence,
    ...(canary === undefined ? {} : { canary }),
    seconds: run.sum.seconds,
  };
};

const runPlan = async (run: Run, plan: RedrivePlan, lease: HeldLease): Promise<Redriven> => {
  const canary = await firstCanary(run, plan);
  if (canary !== undefined && canary.kind !== "applied" && canary.kind !== "interrupted") {
    return resultOf(run, plan, "canary failed", canary);
  }
  const orders = plan.orders.filter(({ orderId }) => orderId !== canary?.orderId);
  if (orders.length > 0 && !run.signal.aborted)
    await movePlanned(run, "redrive", orders, plan.letters);
  const stopped = lease.lost.aborted ? "lease lost" : "interrupted";
  return resultOf(run, plan, run.signal.aborted ? stopped : "done", canary);
};

/** Answers `leased`, with nothing done, where another works on these letters. */
export const redriveDeadLetters = async (
  stage: Stage,
  plan: RedrivePlan,
  options: RedriveOptions = {},
): Promise<RedriveResult> => {
  // It was made while another was at work, and knows nothing of the queue.
  if (plan.leasedBy !== undefined) return { kind: "leased", by: plan.leasedBy };
  const consumer = plannedConsumer(stage, plan.consumer);
  const { leaseSeconds, holder, signal, onLook } = options;
  const taken = await takeLease(stage, plan.consumer, {
    ...{ act: `redrive of ${plan.letters} letters`, signal, onLook },
    ...(leaseSeconds === undefined ? {} : { leaseSeconds }),
    ...(holder === undefined ? {} : { holder }),
  });
  if (taken.kind === "taken") return { kind: "leased", by: taken.by };
  const { lease } = taken;
  const signals = [lease.lost, ...(options.signal === undefined ? [] : [options.signal])];
  const run: Run = {
    ...{ stage, from: plan.from, consumer, options, sum: newTally() },
    signal: AbortSignal.any(signals),
  };
  try {
    return await runPlan(run, plan, lease);
  } finally {
    await lease.release();
  }
};
