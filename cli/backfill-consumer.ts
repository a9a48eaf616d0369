/**
 * Gives a new consumer every order's history, straight from the store, while live traffic goes on.
 *
 * The consumer is subscribed already and its mapping is paused, so each event is in the store when
 * it is read here, or comes to the queue later, or both: then its watermark makes one of them a
 * duplicate. Through the queue, history would lie behind live events and be parked. What is done
 * is known by the rows alone, so a run that broke off is simply started again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { SQSEvent } from "aws-lambda";
import type { OrderItem } from "../lambdas/core/order-item.ts";
import { packRecords, type Rest } from "./backfill-records.ts";
import { createGate } from "./create-gate.ts";
import { type DueTypes, dueAfter } from "./due-at.ts";
import { readRows } from "./replay/read-rows.ts";
import { scanOrders } from "./scan-orders.ts";
import type { Stage } from "./stage-clients.ts";

export type BackfillOptions = {
  /** The consumer's key in the dedup table. */
  readonly consumer: string;
  /** The types of events that it is given. */
  readonly due: DueTypes;
  /** Calls the consumer's function. What it rejects with is tried again, then told. */
  readonly invoke: (event: SQSEvent) => Promise<unknown>;
  /** Calls at a time; no more than the consumer may run. */
  readonly concurrency?: number;
  /** Told after each page, with the orders and events seen to so far. */
  readonly onProgress?: (orders: number, events: number) => void;
  readonly nowMs?: () => number;
  readonly wait?: (ms: number) => Promise<unknown>;
};

export type Unfilled = { readonly orderId: string; readonly seq: number; readonly why: string };

export type Backfilled = {
  readonly orders: number;
  /** Events that this run had applied; the others were there before. */
  readonly events: number;
  /** Orders whose next event this consumer fails, or whose item is no order. */
  readonly unfilled: readonly Unfilled[];
};

export const DEFAULT_CONCURRENCY = 4;
/** As many as one call for their rows takes. */
const PAGE_ORDERS = 100;
/** How often an order may be tried in vain before it is told and left. */
const TRIES = 4;
const FIRST_WAIT_MS = 500;

type Filling = {
  readonly stage: Stage;
  readonly options: BackfillOptions;
  readonly call: (rests: readonly Rest[]) => Promise<string>;
};

const restsOf = async ({ stage, options }: Filling, items: readonly OrderItem[]) => {
  // In a table of the user's own two items may claim one order, which the audit tells.
  const ids = items.map(({ orderId }) => orderId);
  const rows = await readRows(stage, options.consumer, ids);
  const rests = items
    .map((item) => {
      const types = item.events.map(({ type }) => type);
      const seq = rows.get(item.orderId)?.seq ?? 0;
      return { item, sequences: dueAfter(types, options.due, seq) };
    })
    .filter(({ sequences }) => sequences.length > 0);
  return { rests, rows };
};

const eventsLeft = (rests: readonly Rest[]): number =>
  rests.reduce((sum, { sequences }) => sum + sequences.length, 0);

/** Calls until nothing is left, or nothing has moved for some tries. */
const fill = async (filling: Filling, items: readonly OrderItem[]) => {
  const { wait = (ms: number) => sleep(ms) } = filling.options;
  let { rests, rows } = await restsOf(filling, items);
  const events = eventsLeft(rests);
  let fault = "";
  for (let inVain = 0; rests.length > 0 && inVain < TRIES; ) {
    if (inVain > 0) await wait(FIRST_WAIT_MS * 2 ** (inVain - 1));
    // By itself, so that one that takes its function down takes no other along.
    const groups = inVain === 0 ? [rests] : rests.map((rest) => [rest]);
    const faults = await Promise.all(groups.map(filling.call));
    fault = faults.find(Boolean) ?? "";
    const left = eventsLeft(rests);
    ({ rests, rows } = await restsOf(filling, items));
    inVain = eventsLeft(rests) < left ? 0 : inVain + 1;
  }
  const unfilled = rests.map(({ item: { orderId }, sequences: [next] }) => {
    const row = rows.get(orderId);
    const error = row?.life?.error?.name ?? (fault || "no error is recorded");
    return { orderId, seq: row?.seq ?? 0, why: `event ${next}: ${error}` };
  });
  return { events: events - eventsLeft(rests), unfilled };
};

/** Answers the fault of a call, or nothing; whether it helped is seen by the rows. */
const caller = ({
  invoke,
  concurrency = DEFAULT_CONCURRENCY,
  nowMs = Date.now,
}: BackfillOptions) => {
  const gate = createGate(concurrency);
  return async (rests: readonly Rest[]): Promise<string> => {
    const batches = packRecords(rests, String(nowMs()));
    const faults = batches.map(async (Records) => {
      await gate.enter();
      try {
        await invoke({ Records });
        return "";
      } catch (error) {
        return error instanceof Error ? error.name : "the call failed";
      } finally {
        gate.leave();
      }
    });
    return (await Promise.all(faults)).find(Boolean) ?? "";
  };
};

export const backfillConsumer = async (
  stage: Stage,
  options: BackfillOptions,
): Promise<Backfilled> => {
  const filling: Filling = { stage, options, call: caller(options) };
  const unfilled: Unfilled[] = [];
  let [orders, events] = [0, 0];
  let page: OrderItem[] = [];
  const flush = async () => {
    const filled = await fill(filling, page);
    orders += page.length;
    events += filled.events;
    unfilled.push(...filled.unfilled);
    page = [];
    options.onProgress?.(orders, events);
  };
  for await (const order of scanOrders(stage)) {
    if (order.kind === "order") page.push(order.item);
    else unfilled.push({ orderId: order.orderId, seq: 0, why: order.reason });
    if (page.length === PAGE_ORDERS) await flush();
  }
  if (page.length > 0) await flush();
  return { orders, events, unfilled };
};
