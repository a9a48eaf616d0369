/**
 * What the tables must hold after events, worked out in memory and by none of the three sides'
 * code. An event may be said to take effect twice or not at all: how a table looks that is wrong.
 */

import { pairsOf, piecesBySku } from "./peers/basket.ts";
import { firedBy, nextChain, ORDERS_A_DAY, scoreOf } from "./peers/fraud.ts";
import type { PlainEvent } from "./peers/plain-effect.ts";
import type { ShopEvent } from "./shop-events.ts";
import type { ConsumerName } from "./sides.ts";
import { INITIAL_STOCK } from "./sides.ts";

/** By table, then key: its numbers, or a text. */
export type TableContents = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** How often an event takes effect. */
export type Times = (event: ShopEvent) => number;

export const ONCE: Times = () => 1;

type Numbers = Record<string, number>;
type Apply = (event: PlainEvent) => void;
type Room = { readonly apply: Apply; readonly contents: () => TableContents };

const sorted = <V>(map: ReadonlyMap<string, V>): Record<string, V> =>
  Object.fromEntries([...map].toSorted(([a], [b]) => (a < b ? -1 : 1)));

const bump = (map: Map<string, number>, key: string, amount: number): void =>
  void map.set(key, (map.get(key) ?? 0) + amount);

const inventoryRoom = (): Room => {
  const stock = new Map<string, Numbers>();
  const holds = new Map<string, { status: string; wanted: Numbers }>();
  const item = (sku: string): Numbers => {
    const start = { available: INITIAL_STOCK, onHand: INITIAL_STOCK, reserved: 0, shipped: 0 };
    const found = stock.get(sku) ?? start;
    stock.set(sku, found);
    return found;
  };
  const adjust = (wanted: Numbers, signs: Numbers): void => {
    for (const [sku, pieces] of Object.entries(wanted)) {
      const numbers = item(sku);
      for (const [name, sign] of Object.entries(signs)) {
        numbers[name] = (numbers[name] ?? 0) + sign * pieces;
      }
    }
  };
  const apply: Apply = ({ subject, type, data }) => {
    const hold = holds.get(subject) ?? { status: "released", wanted: {} };
    if (type === "order.created") {
      const wanted = Object.fromEntries(piecesBySku(data.lines));
      const fits = Object.entries(wanted).every(
        ([sku, pieces]) => (stock.get(sku)?.available ?? INITIAL_STOCK) >= pieces,
      );
      if (fits) adjust(wanted, { available: -1, reserved: 1 });
      holds.set(subject, { status: fits ? "reserved" : "backordered", wanted });
    } else if (type === "order.cancelled") {
      if (hold.status === "reserved") adjust(hold.wanted, { available: 1, reserved: -1 });
      holds.set(subject, { status: "released", wanted: {} });
    } else if (type === "order.shipped") {
      const from = hold.status === "reserved" ? "reserved" : "available";
      adjust(hold.wanted, { [from]: -1, onHand: -1, shipped: 1 });
      holds.set(subject, { status: "shipped", wanted: {} });
    }
  };
  const statuses = () => new Map([...holds].map(([id, { status }]) => [id, status]));
  return { apply, contents: () => ({ stock: sorted(stock), holds: sorted(statuses()) }) };
};

const loyaltyRoom = (): Room => {
  const points = new Map<string, number>();
  const apply: Apply = ({ type, history, data: { customerId, totalCents } }) => {
    const earned = Math.floor(totalCents / 100);
    if (type === "order.paid") bump(points, customerId, earned);
    const wasPaid = history.includes("order.paid");
    if (type === "order.cancelled" && wasPaid && earned > 0) bump(points, customerId, -earned);
  };
  return { apply, contents: () => ({ points: sorted(points) }) };
};

const recommendationRoom = (): Room => {
  const bought = new Map<string, number>();
  const together = new Map<string, number>();
  const apply: Apply = ({ type, data }) => {
    if (type !== "order.created") return;
    const pieces = piecesBySku(data.lines);
    for (const [sku, count] of pieces) bump(bought, sku, count);
    for (const [sku, other] of pairsOf(pieces.map(([each]) => each))) {
      bump(together, `${sku}|${other}`, 1);
    }
  };
  return { apply, contents: () => ({ bought: sorted(bought), together: sorted(together) }) };
};

const warehouseRoom = (): Room => {
  const facts = new Map<string, object>();
  const apply: Apply = ({ id, subject, sequence, type, time, data }) => {
    const { customerId, currency, totalCents } = data;
    const fact = { orderId: subject, sequence: Number(sequence), type, time };
    facts.set(`${time.slice(0, 10)}|${id}`, { ...fact, customerId, currency, totalCents });
  };
  return { apply, contents: () => ({ facts: sorted(facts) }) };
};

const fraudRoom = (): Room => {
  const chains = new Map<string, string>();
  const velocity = new Map<string, number>();
  const scores = new Map<string, number>();
  const apply: Apply = (event) => {
    const { subject, type, time, data } = event;
    const isFirst = type === "order.created";
    chains.set(subject, nextChain(isFirst ? "" : (chains.get(subject) ?? ""), event));
    if (!isFirst) return;
    const day = `${data.customerId}|${time.slice(0, 10)}`;
    bump(velocity, day, 1);
    const isFast = (velocity.get(day) ?? 0) > ORDERS_A_DAY;
    scores.set(subject, scoreOf([...firedBy(event), ...(isFast ? (["velocity"] as const) : [])]));
  };
  // Whose order of a day is the sixth depends on the order of orders, which nobody promises.
  const total = () => ({ all: [...scores.values()].reduce((sum, score) => sum + score, 0) });
  return {
    apply,
    contents: () => ({ chains: sorted(chains), velocity: sorted(velocity), scores: total() }),
  };
};

const ROOMS: Readonly<Record<ConsumerName, () => Room>> = {
  inventory: inventoryRoom,
  loyalty: loyaltyRoom,
  recommendation: recommendationRoom,
  warehouse: warehouseRoom,
  fraud: fraudRoom,
};

export const expectedTables = (
  consumer: ConsumerName,
  events: readonly ShopEvent[],
  times: Times = ONCE,
): TableContents => {
  const { apply, contents } = ROOMS[consumer]();
  for (const event of events) {
    for (let time = 0; time < times(event); time++) apply(JSON.parse(event.body));
  }
  return contents();
};
