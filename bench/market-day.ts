/**
 * The day that is measured where no trace is given: the steps and times of the demo's day, in the
 * proportions of a marketplace. Of 600 orders of Olist's Brazilian E-Commerce Public Dataset, 572
 * were delivered; 583 were for one product and 15 for two; no two were of one customer, and one in
 * 18 lines was for a product of an earlier line. The demo's own day has fuller baskets, SKUs and
 * customers that many orders share, and more orders that rest half-way: the part `effects` measures
 * it as well.
 */
import { generateTrace } from "../cli/generate-trace.ts";
import type { PlaceLine, TraceLine } from "../cli/trace-line.ts";
import { shopEvents } from "./effects/shop-events.ts";

const ORDERS_TO_ONE_OF_TWO_LINES = 40;
const ORDERS_TO_ONE_NOT_DELIVERED = 21;
const ORDERS_TO_ONE_OF_A_KNOWN_SKU = 18;
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

const atMarket = (line: PlaceLine, placed: number): PlaceLine => {
  const most = placed % ORDERS_TO_ONE_OF_TWO_LINES === 0 ? 2 : 1;
  const isKnown = placed % ORDERS_TO_ONE_OF_A_KNOWN_SKU === 0;
  return {
    ...line,
    customerId: `customer-${line.orderId}`,
    lines: line.lines
      .slice(0, most)
      .map((each, index) => (isKnown ? each : { ...each, sku: `${line.orderId}-${index}` })),
  };
};

export const marketDay = (seed: number, orders: number): readonly TraceLine[] => {
  const trace = generateTrace(seed, Math.ceil(orders * ENOUGH));
  const chosen = chooseOrders(trace, orders);
  let placed = 0;
  return trace.flatMap((line): TraceLine[] => {
    if (!chosen.has(line.orderId)) return [];
    if (line.action !== "place") return [line];
    placed += 1;
    return [atMarket(line, placed)];
  });
};
