/** One pass over the orders and one over the rows: how each order stands at each consumer. */
import { type Item, itemToRow } from "../../lambdas/aws/ledger-item.ts";
import { nextDue } from "../../lambdas/core/due-events.ts";
import type { LedgerRow } from "../../lambdas/core/ledger-row.ts";
import {
  orderEnd,
  type SettleRules,
  type Standing,
  type StandingRules,
  standingOf,
} from "../../lambdas/core/order-standing.ts";
import { type DueTypes, dueAfter, effectiveAt } from "../due-at.ts";
import { scanOrderSegments } from "../scan-orders.ts";
import { type ScanPace, scanSegments } from "../scan-table.ts";
import type { Stage } from "../stage-clients.ts";
import type { ConsumerOutput } from "../stage-outputs.ts";
import { createOrderIndex, type OrderIndex } from "./order-index.ts";

export type Scanning = ScanPace & {
  /** Told after each page: items of the orders table and of the dedup table. */
  readonly onPage?: (read: { readonly orders: number; readonly rows: number }) => void;
};

export type ScannedOrders = {
  readonly index: OrderIndex;
  readonly events: number;
  readonly problems: string[];
};

export const readOrderIndex = async (
  stage: Stage,
  { onPage, settle, ...pace }: Scanning & { readonly settle: SettleRules },
): Promise<ScannedOrders> => {
  const index = createOrderIndex();
  const problems: string[] = [];
  let events = 0;
  let read = 0;
  await scanOrderSegments(stage, {
    ...pace,
    take: (orders) => {
      for (const order of orders) {
        const { orderId } = order;
        if (order.kind === "no order") {
          problems.push(`order ${orderId} is faulty: ${order.reason}`);
          continue;
        }
        const { version, events: stored } = order.item;
        const end = orderEnd({ version, events: stored }, settle);
        if (index.add(orderId, end)) events += version;
        // In a table of the user's own, where an item may be copied with all that is in it.
        else problems.push(`order ${orderId} is in two items; allowed: one`);
      }
      read += orders.length;
      onPage?.({ orders: read, rows: 0 });
    },
  });
  return { index, events, problems };
};

export type AheadRow = { readonly orderId: string; readonly seq: number };

/** One consumer's rows, by the orders' places in the index. */
export type ConsumerStandings = {
  readonly consumer: ConsumerOutput;
  readonly seqAt: (place: number) => number;
  /** The sequences of the events that are due there and not applied. */
  readonly dueAtPlace: (place: number) => readonly number[];
  readonly standingAt: (place: number) => Standing;
  /** Rows that are past their order as it was read. */
  readonly ahead: readonly AheadRow[];
};

const STANDINGS: readonly Standing[] = ["whole", "parked", "young", "retrying", "behind"];
/** No row was read: the consumer has never seen the order. */
const UNSEEN = 255;

type Judging = {
  readonly index: OrderIndex;
  readonly due: DueTypes;
  readonly rules: StandingRules;
};

const createStandings = (consumer: ConsumerOutput, { index, due, rules }: Judging) => {
  const seqs = new Uint32Array(index.size());
  const codes = new Uint8Array(index.size()).fill(UNSEEN);
  const ahead: AheadRow[] = [];
  const judge = (place: number, { seq, life }: Pick<LedgerRow, "seq" | "life">): Standing => {
    const { types, settled } = index.endAt(place);
    const row = life === undefined ? {} : { life };
    return standingOf({ next: nextDue(types, due, seq), settled }, row, rules);
  };
  const seqAt = (place: number): number => seqs[place] ?? 0;
  const standings: ConsumerStandings = {
    consumer,
    seqAt,
    dueAtPlace: (place) => dueAfter(index.endAt(place).types, due, seqAt(place)),
    standingAt: (place) => STANDINGS[codes[place] ?? UNSEEN] ?? judge(place, { seq: 0 }),
    ahead,
  };
  const take = (place: number, row: LedgerRow): void => {
    seqs[place] = row.seq;
    codes[place] = STANDINGS.indexOf(judge(place, row));
    const { version } = index.endAt(place);
    if (row.seq > version) ahead.push({ orderId: row.orderId, seq: row.seq });
  };
  return { standings, take };
};

/** One of each consumer of the stage. */
export const readStandings = async (
  { dynamo, outputs }: Stage,
  index: OrderIndex,
  { rules, onPage, ...pace }: Scanning & { readonly rules: StandingRules },
): Promise<readonly ConsumerStandings[]> => {
  const books = new Map(
    outputs.Consumers.map((consumer) => [
      consumer.name,
      createStandings(consumer, { index, due: effectiveAt(consumer), rules }),
    ]),
  );
  let read = 0;
  const take = (item: Item): void => {
    const book = books.get(item.consumer?.S ?? "");
    const place = index.placeOf(item.orderId?.S ?? "");
    // No place: a budget, an unreadable message, or an order placed since the orders were read.
    if (book === undefined || place === undefined) return;
    book.take(place, itemToRow(item));
  };
  await scanSegments(
    dynamo,
    { TableName: outputs.DedupTable },
    {
      ...pace,
      take: (items) => {
        for (const item of items) take(item);
        read += items.length;
        onPage?.({ orders: index.size(), rows: read });
      },
    },
  );
  return [...books.values()].map(({ standings }) => standings);
};
