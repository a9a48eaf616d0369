import type { DeadCause, DeadOrder } from "./dead-letter.ts";

/** Orders that are dead for the same reason, as far as their rows tell. */
export type CauseGroup = {
  readonly cause: DeadCause;
  readonly eventType?: string;
  readonly errorName?: string;
  /** Of one of them, for a person to read. */
  readonly errorMessage?: string;
  readonly orders: number;
  readonly letters: number;
  /** When the first of them died. */
  readonly sinceMs: number;
  /** The first of them. */
  readonly example: string;
};

const keyOf = ({ head }: DeadOrder): string =>
  JSON.stringify([head.cause, head.eventType, head.error?.name]);

const groupOf = (orders: readonly DeadOrder[]): CauseGroup[] => {
  const oldest = orders.toSorted((a, b) => a.head.sinceMs - b.head.sinceMs)[0];
  if (oldest === undefined) return [];
  const { cause, eventType, error, sinceMs } = oldest.head;
  return [
    {
      cause,
      ...(eventType === undefined ? {} : { eventType }),
      ...(error === undefined ? {} : { errorName: error.name, errorMessage: error.message }),
      orders: orders.length,
      letters: orders.reduce((sum, { letters }) => sum + letters, 0),
      sinceMs,
      example: oldest.orderId,
    },
  ];
};

/** The largest first. */
export const groupByCause = (orders: readonly DeadOrder[]): CauseGroup[] =>
  [...Map.groupBy(orders, keyOf).values()]
    .flatMap(groupOf)
    .sort((a, b) => b.orders - a.orders || a.sinceMs - b.sinceMs);
