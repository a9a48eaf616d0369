import Table from "cli-table3";
import { count } from "../describe-figures.ts";
import { describeSpan } from "../status/describe-span.ts";
import type { DeadLetterList, DeadOrder } from "./dead-letter.ts";
import { describeWaiting } from "./describe-waiting.ts";
import { groupByCause } from "./group-by-cause.ts";

export type ListView = {
  readonly nowMs: number;
  /** Orders shown one by one. */
  readonly limit: number;
};

const MESSAGE_LENGTH = 60;

const shortened = (text: string): string =>
  text.length <= MESSAGE_LENGTH ? text : `${text.slice(0, MESSAGE_LENGTH - 1)}…`;

const errorOf = (name: string | undefined, message: string | undefined): string =>
  name === undefined ? "" : shortened(`${name}: ${message ?? ""}`);

const causesOf = ({ orders }: DeadLetterList, { nowMs }: ListView): string => {
  const table = new Table({
    head: ["cause", "event", "error", "orders", "letters", "oldest", "such as"],
    colAligns: ["left", "left", "left", "right", "right", "right", "left"],
    style: { head: [], border: [] },
  });
  for (const group of groupByCause(orders)) {
    const { cause, eventType = "", errorName, errorMessage, sinceMs, example } = group;
    const age = describeSpan(nowMs - sinceMs);
    const error = errorOf(errorName, errorMessage);
    table.push([cause, eventType, error, count(group.orders), count(group.letters), age, example]);
  }
  return table.toString();
};

const rowOf = (order: DeadOrder, nowMs: number): string[] => {
  const { orderId, head, letters, seen } = order;
  return [
    orderId,
    `${head.sequence} ${head.eventType ?? ""}`,
    head.cause,
    String(head.attempts),
    describeSpan(nowMs - head.sinceMs),
    count(letters - 1),
    seen ? "" : "not in the queue (yet)",
  ];
};

const ordersOf = ({ orders }: DeadLetterList, { nowMs, limit }: ListView): string => {
  const table = new Table({
    head: ["order", "dead event", "cause", "attempts", "age", "followers", ""],
    colAligns: ["left", "left", "left", "right", "right", "right", "left"],
    style: { head: [], border: [] },
  });
  for (const order of orders.slice(0, limit)) table.push(rowOf(order, nowMs));
  const more = orders.length - limit;
  return more > 0 ? `${table}\nand ${count(more)} more: --limit, or --json for all` : `${table}`;
};

/** By cause, then order by order; the last line is the sum. */
export const describeList = (list: DeadLetterList, view: ListView): string => {
  const { consumer, orders, letters, depth, remarks } = list;
  const tables = orders.length === 0 ? [] : [causesOf(list, view), ordersOf(list, view)];
  const waiting = orders.find(({ head }) => head.cause === "predecessor missing");
  const notes = [
    ...remarks,
    ...(waiting === undefined
      ? []
      : [`predecessor missing: ${describeWaiting(consumer, waiting)}, or lost (bus audit tells)`]),
  ].map((remark) => `! ${remark}`);
  const sum =
    orders.length === 0 && depth === 0
      ? `${consumer} has no dead letters`
      : `${consumer}: ${count(letters)} dead letters of ${count(orders.length)} orders; ` +
        `the queue holds ${count(depth)}`;
  return [...tables, ...notes, sum].join("\n");
};
