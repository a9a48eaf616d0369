/** One pass over the orders and one over the rows: how each order stands at each consumer. */
import { type Item, itemToRow } from "../../lambdas/aws/ledger-item.ts";
import {
  orderEnd,
  type SettleRules,
  type Standing,
  type StandingRules,
  standingOf,
} from "../../lambdas/core/order-standing.ts";
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
        const end = orderEnd({ version, eventTimes: stored.map(({ time }) => time) }, settle);
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
  readonly standingAt: (place: number) => Standing;
  /** Rows that are past their order as it was read. */
  readonly ahead: readonly AheadRow[];
};

const STANDINGS: readonly Standing[] = ["whole", "parked", "young", "retrying", "behind"];
/** No row was read: the consumer has never seen the order. */
const UNSEEN = 255;

const createStandings = (
  consumer: ConsumerOutput,
  { index, rules }: { readonly index: OrderIndex; readonly rules: StandingRules },
) => {
  const seqs = new Uint32Array(index.size());
  const codes = new Uint8Array(index.size()).fill(UNSEEN);
  const ahead: AheadRow[] = [];
  const standings: ConsumerStandings = {
    consumer,
    seqAt: (place) => seqs[place] ?? 0,
    standingAt: (place) =>
      STANDINGS[codes[place] ?? UNSEEN] ?? standingOf(index.endAt(place), { seq: 0 }, rules),
    ahead,
  };
  return { standings, seqs, codes, ahead };
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
      createStandings(consumer, { index, rules }),
    ]),
  );
  let read = 0;
  const take = (item: Item): void => {
    const book = books.get(item.consumer?.S ?? "");
    const place = index.placeOf(item.orderId?.S ?? "");
    // No place: a budget, an unreadable message, or an order placed since the orders were read.
    if (book === undefined || place === undefined) return;
    const row = itemToRow(item);
    const end = index.endAt(place);
    book.seqs[place] = row.seq;
    book.codes[place] = STANDINGS.indexOf(standingOf(end, row, rules));
    if (row.seq > end.version) book.ahead.push({ orderId: row.orderId, seq: row.seq });
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
