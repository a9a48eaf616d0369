/**
 * One run of the patrol: looks at all dead-letter queues, which keeps them awake, and audits the
 * next piece of the orders table. Some runs later it has been through the whole table.
 *
 * An order that is behind is looked at again in each run until it is mended, so that its alarm
 * rings for as long as that takes, and not for a moment a day.
 */
import { lastDue, nextDue } from "./due-events.ts";
import type { LedgerRow } from "./ledger-row.ts";
import type { OrderEventType } from "./order-event.ts";
import {
  type EventsOf,
  type OrderEnd,
  orderEnd,
  type Standing,
  type StandingRules,
  standingOf,
} from "./order-standing.ts";
import {
  afterPiece,
  type BehindOrder,
  type PatrolState,
  type PieceRules,
  pieceSize,
} from "./patrol-state.ts";
import type { Clock } from "./ports.ts";

export type ScannedOrder = EventsOf & { readonly orderId: string };
export type RowKey = { readonly orderId: string; readonly consumer: string };
export type PatrolRow = Pick<LedgerRow, "seq" | "life">;

export type OrderPiece = {
  readonly orders: readonly ScannedOrder[];
  /** Items read: not each is an order. */
  readonly read: number;
  readonly cursor?: string | undefined;
};

export type Depths = {
  /** Messages in each consumer's own queue. */
  readonly queues: Readonly<Record<string, number>>;
  /** Messages in each dead-letter queue, by a name for people. */
  readonly deadLetters: Readonly<Record<string, number>>;
};

export type PatrolPorts = {
  readonly readDepths: () => Promise<Depths>;
  readonly readState: () => Promise<PatrolState>;
  /** On the condition that the state is still of the revision before this one. */
  readonly writeState: (state: PatrolState) => Promise<"written" | "changed">;
  readonly scanOrders: (cursor: string | undefined, items: number) => Promise<OrderPiece>;
  /** In the order of the keys. A row that is not there has applied nothing. */
  readonly readRows: (keys: readonly RowKey[]) => Promise<readonly PatrolRow[]>;
  readonly clock: Pick<Clock, "nowMs">;
};

export type PatrolledConsumer = {
  /** The key of its rows. */
  readonly name: string;
  /** The types of events for which it writes them. */
  readonly due: readonly OrderEventType[];
};

export type PatrolRules = {
  readonly consumers: readonly PatrolledConsumer[];
  /** From when on an event that is not applied is missed. */
  readonly behindAfterSeconds: number;
  /** A try that is older than this will not be followed by another one. */
  readonly retrySeconds: number;
  /** With more messages in its queue a consumer is late; what it lacks is not missed. */
  readonly backlog: number;
  readonly piece: PieceRules;
};

export type PatrolReport = {
  /** Orders of this piece that were judged at every consumer. */
  readonly audited: number;
  /** Consumers with a backlog, at which no order of this piece was judged. */
  readonly skipped: readonly string[];
  /** Orders that are behind at some consumer: of this piece, and of those found before. */
  readonly behind: number;
  readonly retrying: number;
  readonly parked: number;
  /** Of those behind, what was not known before. */
  readonly found: readonly BehindOrder[];
  readonly depths: Depths;
  /** Set by a run that has come to the end of the table: items of the whole round. */
  readonly round?: number;
};

type Candidate = RowKey &
  Pick<BehindOrder, "last" | "settled" | "lastEventAtMs"> & {
    /** By the consumer's row, the next event that is due. */
    readonly nextAt: (row: PatrolRow) => number | undefined;
  };
type Judged = Candidate & { readonly next: number | undefined; readonly standing: Standing };

const candidateOf = (
  orderId: string,
  { types, settled, lastEventAtMs }: OrderEnd,
  { name: consumer, due }: PatrolledConsumer,
): Candidate => ({
  ...{ orderId, consumer, lastEventAtMs },
  last: lastDue(types, due),
  settled: lastDue(types.slice(0, settled), due),
  nextAt: ({ seq }) => nextDue(types, due, seq),
});

/** Of an order found before the types are not kept: past what it lacked then, its row tells most. */
const knownCandidate = (
  { orderId, consumer, next, last, settled, lastEventAtMs }: BehindOrder,
  isOld: boolean,
): Candidate => ({
  ...{ orderId, consumer, last, lastEventAtMs },
  settled: isOld ? last : settled,
  nextAt: ({ seq, life }) => {
    if (seq >= last) return undefined;
    if (seq < next) return next;
    return life !== undefined && life.seq > seq ? life.seq : seq + 1;
  },
});

const judge = async (
  { readRows }: PatrolPorts,
  candidates: readonly Candidate[],
  rules: StandingRules,
): Promise<Judged[]> => {
  const rows = await readRows(candidates);
  return candidates.map((candidate, index) => {
    const row = rows[index] ?? { seq: 0 };
    const next = candidate.nextAt(row);
    return { ...candidate, next, standing: standingOf({ ...candidate, next }, row, rules) };
  });
};

const keyOf = ({ orderId, consumer }: RowKey): string => `${consumer} ${orderId}`;
const ordersOf = (some: readonly RowKey[]): number =>
  new Set(some.map(({ orderId }) => orderId)).size;

export const patrolOrders = async (
  ports: PatrolPorts,
  rules: PatrolRules,
): Promise<PatrolReport> => {
  const depths = await ports.readDepths();
  const state = await ports.readState();
  const nowMs = ports.clock.nowMs();
  const settleMs = rules.behindAfterSeconds * 1_000;
  const piece = await ports.scanOrders(state.cursor, pieceSize(state, rules.piece));
  const isPunctual = (name: string): boolean => (depths.queues[name] ?? 0) <= rules.backlog;
  const names = rules.consumers.map(({ name }) => name);
  const punctual = rules.consumers.filter(({ name }) => isPunctual(name));
  const skipped = names.filter((name) => !isPunctual(name));
  const times = { nowMs, settleMs };
  const ends = piece.orders.map((order) => ({ ...order, end: orderEnd(order, times) }));
  const old = ends.filter(({ end }) => end.settled > 0);
  const fresh: Candidate[] = old.flatMap(({ orderId, end }) =>
    punctual.map((consumer) => candidateOf(orderId, end, consumer)),
  );
  const inPiece = new Set(fresh.map(keyOf));
  const known = new Map(state.behind.map((order) => [keyOf(order), order]));
  const again: Candidate[] = state.behind
    .filter((order) => names.includes(order.consumer) && !inPiece.has(keyOf(order)))
    .map((order) => knownCandidate(order, nowMs - order.lastEventAtMs >= settleMs));
  const tries = { nowMs, retryMs: rules.retrySeconds * 1_000 };
  const judged = await judge(ports, [...fresh, ...again], tries);
  const with_ = (standing: Standing) => judged.filter((each) => each.standing === standing);
  const behind = with_("behind").map((order): BehindOrder => {
    const { orderId, consumer, last, settled, lastEventAtMs, next = last } = order;
    const key = keyOf({ orderId, consumer });
    const round = inPiece.has(key) ? state.round : (known.get(key)?.round ?? state.round);
    return { orderId, consumer, next, last, settled, lastEventAtMs, round };
  });
  const after = afterPiece(state, piece, behind);
  // Another run at the same time has written: it has seen this piece as well.
  await ports.writeState(after);
  return {
    audited: skipped.length === 0 ? old.length : 0,
    skipped,
    behind: ordersOf(behind),
    retrying: ordersOf(with_("retrying")),
    parked: ordersOf(with_("parked")),
    found: behind.filter((order) => !known.has(keyOf(order))),
    depths,
    ...(piece.cursor === undefined ? { round: state.read + piece.read } : {}),
  };
};
