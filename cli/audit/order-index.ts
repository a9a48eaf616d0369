/**
 * What the audit keeps of every order. Most of it is the id; everything else is a number in a list,
 * under the order's place. The types of its events are kept once for all orders that have the same
 * ones: there are few ways through an order's life. With five consumers that is 130 bytes an order, measured at a million.
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
  const histories: (readonly string[])[] = [];
  const historyCodes = new Map<string, number>();
  const historyOf: number[] = [];
  const lastEventsAtMs: number[] = [];
  const settledVersions: number[] = [];
  const codeOf = (types: readonly string[]): number => {
    const text = types.join();
    const known = historyCodes.get(text);
    if (known !== undefined) return known;
    historyCodes.set(text, histories.length);
    return histories.push(types) - 1;
  };
  return {
    add: (orderId, { types, lastEventAtMs, settled }) => {
      if (places.has(orderId)) return false;
      places.set(orderId, ids.length);
      ids.push(orderId);
      historyOf.push(codeOf(types));
      lastEventsAtMs.push(lastEventAtMs);
      settledVersions.push(settled);
      return true;
    },
    placeOf: (orderId) => places.get(orderId),
    idAt: (place) => ids[place] ?? "",
    endAt: (place) => {
      const types = histories[historyOf[place] ?? -1] ?? [];
      return {
        ...{ types, version: types.length },
        lastEventAtMs: lastEventsAtMs[place] ?? 0,
        settled: settledVersions[place] ?? 0,
      };
    },
    size: () => ids.length,
  };
};
