import type { LedgerWrite } from "../../lambdas/core/ports.ts";
import type { Bus } from "./bus.ts";

/** A write is about an event that was written to its order (2) and is not yet applied (13). */
export const checkPlace = (
  bus: Bus,
  consumer: string,
  { before, after, effects }: LedgerWrite,
): void => {
  const { orderId, seq, life } = after;
  const version = bus.orders.get(orderId)?.version;
  // Of rows that are no order's nothing is said here.
  if (version === undefined) return;
  if (seq > version) {
    bus.history.violate("2 no ghost", `${consumer} ${orderId}: applied ${seq} of ${version}`);
  }
  const again = effects.length > 0 ? seq : life?.seq;
  if (again === undefined || again > before.seq) return;
  const what = `${consumer} ${orderId}: ${again} is written at ${before.seq}`;
  bus.history.violate("13 redrive is a no-op", what);
};
