/**
 * Fraud: an audit chain over an order's events, and on its creation a score with the rules that
 * fired. The velocity rule needs no read: the count of the customer's orders of that day has a
 * ceiling, and what is done `otherwise` is the same count with the rule fired.
 */
import { createHash } from "node:crypto";
import { consumerFunction } from "../aws/consumer-function.ts";
import type { Adjust, Change, Consumer } from "../core/consumer.ts";
import { EVENT_TYPES, type OrderEvent } from "../core/order-event.ts";

type Chained = {
  /** SHA-256 in hex over the previous chain, the sequence and the type. */
  readonly chain: string;
  readonly score?: number;
  readonly rules?: readonly string[];
};
type Created = Extract<OrderEvent, { type: "order.created" }>;

const LARGE_TOTAL_CENTS = 100_000;
const MANY_PIECES = 20;
const ORDERS_A_DAY = 5;
const POINTS = { amount: 40, quantity: 20, velocity: 40 } as const;
type Rule = keyof typeof POINTS;

const nextChain = (previous: string, { sequence, type }: OrderEvent): string =>
  createHash("sha256").update(`${previous}\n${sequence}\n${type}`).digest("hex");

const scored = (chain: string, rules: readonly Rule[]): Chained => ({
  chain,
  rules,
  score: rules.reduce((sum, rule) => sum + POINTS[rule], 0),
});

const firedBy = ({ data }: Created): Rule[] => {
  const pieces = data.lines.reduce((sum, { quantity }) => sum + quantity, 0);
  return [
    ...(data.totalCents >= LARGE_TOTAL_CENTS ? (["amount"] as const) : []),
    ...(pieces >= MANY_PIECES ? (["quantity"] as const) : []),
  ];
};

const screen = (event: Created, chain: string): Change<Chained> => {
  const rules = firedBy(event);
  const count: Adjust = {
    kind: "adjust",
    table: "velocity",
    key: { customerId: event.data.customerId, day: event.time.slice(0, 10) },
    add: { orders: 1 },
  };
  return {
    state: scored(chain, rules),
    effects: [{ ...count, ceiling: { orders: ORDERS_A_DAY } }],
    otherwise: { state: scored(chain, [...rules, "velocity"]), effects: [count] },
  };
};

export const fraud: Consumer<Chained> = {
  name: "fraud",
  handles: EVENT_TYPES,
  keepsRows: "forever",
  handle: (state, event) => {
    const chain = nextChain(state?.chain ?? "", event);
    return event.type === "order.created" ? screen(event, chain) : { state: { ...state, chain } };
  },
};

export const handler = consumerFunction(fraud);
