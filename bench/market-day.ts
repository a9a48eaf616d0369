/**
 * The day that is measured where no trace is given: the demo's, in the proportions of a marketplace.
 * Of 600 orders of Olist's Brazilian E-Commerce Public Dataset, 572 were delivered; 583 were for one
 * product and 15 for two. The demo's own day has fuller baskets and more orders that are cancelled
 * or rest half-way, to be hard on the bus: what that does to the cost is measured too, by the part
 * `effects`.
 */
import { generateTrace } from "../cli/generate-trace.ts";
import type { TraceLine } from "../cli/trace-line.ts";
import { shopEvents } from "./effects/shop-events.ts";

const ORDERS_TO_ONE_OF_TWO_LINES = 40;
const ORDERS_TO_ONE_NOT_DELIVERED = 21;
/** Three in four of the demo's orders are delivered. */
const ENOUGH = 1.5;

const chooseOrders = (trace: readonly TraceLine[], orders: number): ReadonlySet<string> => {
  const ids = new Set(trace.map(({ orderId }) => orderId));
  const events = shopEvents(trace).filter(({ type }) => type === "order.delivered");
  const delivered = new Set(events.map(({ orderId }) => orderId));
  const others = Math.round(orders / ORDERS_TO_ONE_NOT_DELIVERED);
  return new Set([
    ...[...delivered].slice(0, orders - others),
    ...[...ids].filter((id) => !delivered.has(id)).slice(0, others),
  ]);
};

export const marketDay = (seed: number, orders: number): readonly TraceLine[] => {
  const trace = generateTrace(seed, Math.ceil(orders * ENOUGH));
  const chosen = chooseOrders(trace, orders);
  let placed = 0;
  return trace.flatMap((line): TraceLine[] => {
    if (!chosen.has(line.orderId)) return [];
    if (line.action !== "place") return [line];
    placed += 1;
    const most = placed % ORDERS_TO_ONE_OF_TWO_LINES === 0 ? 2 : 1;
    return [{ ...line, lines: line.lines.slice(0, most) }];
  });
};
