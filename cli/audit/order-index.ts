/**
 * What the audit keeps of every order. Most of it is the id; everything else is a number in a list,
 * under the order's place. With five consumers that is 130 bytes an order, measured at a million.
 */
import type { OrderEnd } from "../../lambdas/core/order-standing.ts";

export type OrderIndex = {
  /** False, and nothing changed, when the order is there already. */
  readonly add: (orderId: string, end: OrderEnd) => boolean;
  readonly placeOf: (orderId: string) => number | undefined;
  readonly idAt: (place: number) => string;
  readonly endAt: (place: number) => OrderEnd;
  readonly size: () => number;
};

export const createOrderIndex = (): OrderIndex => {
  const places = new Map<string, number>();
  const ids: string[] = [];
  const versions: number[] = [];
  const lastEventsAtMs: number[] = [];
  const settledVersions: number[] = [];
  return {
    add: (orderId, { version, lastEventAtMs, settled }) => {
      if (places.has(orderId)) return false;
      places.set(orderId, ids.length);
      ids.push(orderId);
      versions.push(version);
      lastEventsAtMs.push(lastEventAtMs);
      settledVersions.push(settled);
      return true;
    },
    placeOf: (orderId) => places.get(orderId),
    idAt: (place) => ids[place] ?? "",
    endAt: (place) => ({
      version: versions[place] ?? 0,
      lastEventAtMs: lastEventsAtMs[place] ?? 0,
      settled: settledVersions[place] ?? 0,
    }),
    size: () => ids.length,
  };
};
