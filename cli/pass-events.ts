/**
 * Moves a consumer's watermarks past events of types that it has passed over so far, so that it never
 * waits for them once it handles these types: of an order that has begun without them, the next event
 * would otherwise be out of sequence. A row that anything has happened to meanwhile is left alone.
 */
import { dynamoLedger } from "../lambdas/aws/dynamo-ledger.ts";
import { dueTypes, nextDue } from "../lambdas/core/due-events.ts";
import { epochMs } from "../lambdas/core/iso-time.ts";
import { type LedgerRow, newRow } from "../lambdas/core/ledger-row.ts";
import { EVENT_TYPES, type OrderEventType } from "../lambdas/core/order-event.ts";
import type { OrderItem } from "../lambdas/core/order-item.ts";
import { chunksOf, forEachAtATime } from "./dead-letters/receive-letters.ts";
import { readAllOrders } from "./replay/read-orders.ts";
import { readRows } from "./replay/read-rows.ts";
import type { Stage } from "./stage-clients.ts";
import type { ConsumerOutput } from "./stage-outputs.ts";

export type PassChoice = {
  /** The types that it handles from now on, or is about to. */
  readonly past: readonly OrderEventType[];
  /** Of each order only what was taken before; epoch milliseconds. */
  readonly untilMs?: number | undefined;
  /** Told after each page, with the orders read so far. */
  readonly onProgress?: (orders: number) => void;
  readonly signal?: AbortSignal | undefined;
};

export type PassedOrder = {
  readonly orderId: string;
  /** Where its row is, and where it is moved to. */
  readonly seq: number;
  readonly to: number;
  readonly rev: number;
};

export type PassPlan = {
  /** The key of the consumer's rows. */
  readonly consumer: string;
  readonly past: readonly OrderEventType[];
  readonly orders: readonly PassedOrder[];
  /** Orders that have such an event tried already: it is applied, redriven or discarded. */
  readonly tried: readonly string[];
};

export type Passed = {
  readonly moved: number;
  /** Orders whose row has changed since it was planned. */
  readonly changed: readonly string[];
};

const WRITES_AT_A_TIME = 20;
const PAGE = 100;

type Judging = Pick<PassChoice, "past" | "untilMs"> & { readonly due: readonly OrderEventType[] };

/** The last event before the first one that it would have applied; its own place for none. */
const targetOf = (
  { events }: OrderItem,
  { seq }: LedgerRow,
  { past, untilMs = Number.POSITIVE_INFINITY, due }: Judging,
): number => {
  const types = events.map(({ type }) => type);
  const taken = events.findIndex(({ time }) => epochMs(time) >= untilMs);
  const most = taken === -1 ? events.length : taken;
  const to = Math.min(most, (nextDue(types, due, seq) ?? events.length + 1) - 1);
  return types.slice(seq, to).some((type) => past.includes(type)) ? to : seq;
};

/** Reads every order and its row; writes nothing. */
export const planPass = async (
  stage: Stage,
  { name: consumer, handles }: ConsumerOutput,
  { past, untilMs, onProgress, signal }: PassChoice,
): Promise<PassPlan> => {
  const before = EVENT_TYPES.filter(
    (type) => (handles?.includes(type) ?? true) && !past.includes(type),
  );
  const due = dueTypes(before, { retainDays: stage.outputs.RetainDays ?? 0 });
  const orders: PassedOrder[] = [];
  const tried: string[] = [];
  let read = 0;
  for await (const items of readAllOrders(stage)) {
    signal?.throwIfAborted();
    const ids = items.map(({ orderId }) => orderId);
    const rows = await readRows(stage, consumer, ids);
    for (const item of items) {
      const { orderId } = item;
      const row = rows.get(orderId) ?? newRow(orderId);
      const to = targetOf(item, row, { past, untilMs, due });
      if (to <= row.seq) continue;
      const lifeSeq = row.life?.seq ?? 0;
      if (lifeSeq > row.seq && lifeSeq <= to) tried.push(orderId);
      else orders.push({ orderId, seq: row.seq, to, rev: row.rev });
    }
    read += items.length;
    onProgress?.(read);
  }
  return { consumer, past, orders, tried };
};

/** Does what was planned, and no more. Run again, it finds nothing to do. */
export const passEvents = async (
  stage: Stage,
  { consumer, past, orders }: PassPlan,
  { onProgress, signal }: Pick<PassChoice, "onProgress" | "signal"> = {},
): Promise<Passed> => {
  const place = { dedupTable: stage.outputs.DedupTable, consumer, dataTables: {} };
  const ledger = dynamoLedger(stage.dynamo, place);
  const changed: string[] = [];
  let moved = 0;
  const move = async (row: LedgerRow, { orderId, to, rev }: PassedOrder): Promise<void> => {
    const after = { ...row, seq: to, rev: row.rev + 1, by: `#past/${past.join()}/${to}` };
    const result =
      row.rev === rev ? await ledger.commit({ before: row, after, effects: [] }) : undefined;
    if (result === undefined || result.kind === "changed") changed.push(orderId);
    else if (result.kind === "committed") moved++;
    else {
      const why = result.kind === "failed" ? result.error.name : result.kind;
      throw new Error(
        `the row of order ${orderId} is not written (${why}); mend the cause and run this again`,
      );
    }
  };
  for (const chunk of chunksOf(orders, PAGE)) {
    signal?.throwIfAborted();
    const ids = chunk.map(({ orderId }) => orderId);
    const rows = await readRows(stage, consumer, ids);
    await forEachAtATime(chunk, WRITES_AT_A_TIME, (order) =>
      move(rows.get(order.orderId) ?? newRow(order.orderId), order),
    );
    onProgress?.(moved + changed.length);
  }
  return { moved, changed: changed.toSorted() };
};
