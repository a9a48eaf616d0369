/** What the store has of the events that the relay's parked entries stand for. */
import { epochMs } from "../../lambdas/core/iso-time.ts";
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import type { EventSpan } from "../replay/event-span.ts";
import { readAllOrders, readOrders } from "../replay/read-orders.ts";
import type { Stage } from "../stage-clients.ts";
import type { RelayEntry } from "./list-relay-failures.ts";
import type { RelayFailure } from "./relay-failure.ts";

export type LostEvents = {
  /** From the first event that it may stand for to its order's last, one an order. */
  readonly spans: readonly EventSpan[];
  /** Events that it may stand for; with fewer than it must have, some are not in the store. */
  readonly events: number;
};

/** An event's time is the shop's, whose clock may be off: its record may look older, or newer. */
const CLOCK_MS = 60_000;
/** Lambda tells a record's arrival in whole seconds, cut off. */
const CUT_OFF_MS = 1_000;

/** The first event of an order that a failure may stand for, and how many; 0 and 0 for none. */
const within = (failure: RelayFailure, item: OrderItem) => {
  switch (failure.kind) {
    case "not known":
      return { first: 0, events: 0 };
    case "unsendable event": {
      const events = Math.max(0, item.version - failure.sequence + 1);
      return { first: events === 0 ? 0 : failure.sequence, events };
    }
    case "stream records": {
      const fromMs = failure.firstMs - CLOCK_MS;
      const toMs = failure.lastMs + CUT_OFF_MS + CLOCK_MS;
      const isIn = ({ time }: { readonly time: string }): boolean => {
        const atMs = epochMs(time);
        return fromMs <= atMs && atMs < toMs;
      };
      const first = item.events.findIndex(isIn) + 1;
      return { first, events: item.events.filter(isIn).length };
    }
  }
};

/** How many events an entry stands for at least; `undefined` where it cannot be told. */
export const eventsToFind = (failure: RelayFailure): number | undefined => {
  if (failure.kind === "not known") return undefined;
  return failure.kind === "stream records" ? Math.max(1, failure.records) : 1;
};

/** By its entry. All entries share one read: a table of the user's own, or a time, takes a scan. */
export const findLostEvents = async <E extends RelayEntry>(
  stage: Stage,
  entries: readonly E[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<E, LostEvents>> => {
  const found = new Map(entries.map((entry) => [entry, new Map<string, EventSpan>()]));
  const counts = new Map(entries.map((entry) => [entry, 0]));
  const ofOrder = Map.groupBy(entries, ({ failure }) =>
    failure.kind === "unsendable event" ? failure.orderId : undefined,
  );
  const ofTime = entries.filter(({ failure }) => failure.kind === "stream records");
  const orderIds = [...ofOrder.keys()].filter((orderId) => orderId !== undefined);
  const pages = ofTime.length > 0 ? readAllOrders(stage) : readOrders(stage, orderIds);
  for await (const items of pages) {
    signal?.throwIfAborted();
    for (const item of items) {
      for (const entry of [...(ofOrder.get(item.orderId) ?? []), ...ofTime]) {
        const { first: from, events } = within(entry.failure, item);
        const spans = found.get(entry);
        // In a table of the user's own two items may claim one order: it counts once.
        if (events === 0 || spans === undefined || spans.has(item.orderId)) continue;
        spans.set(item.orderId, { orderId: item.orderId, from, to: item.version });
        counts.set(entry, (counts.get(entry) ?? 0) + events);
      }
    }
  }
  return new Map(
    [...found].map(([entry, spans]) => [
      entry,
      { spans: [...spans.values()], events: counts.get(entry) ?? 0 },
    ]),
  );
};
