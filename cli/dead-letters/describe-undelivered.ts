import Table from "cli-table3";
import { count } from "../describe-figures.ts";
import { describeSpan } from "../status/describe-span.ts";
import type { UndeliveredList } from "./list-undelivered.ts";

const SHOWN = 20;

/** The last line is the sum. */
export const describeUndelivered = (
  { consumer, orders, depth, remarks }: UndeliveredList,
  nowMs: number,
): string => {
  if (depth === 0) return `SNS has delivered everything to ${consumer}`;
  const table = new Table({
    head: ["order", "first event there", "age", "applied"],
    colAligns: ["left", "left", "right", "right"],
    style: { head: [], border: [] },
  });
  for (const order of orders.slice(0, SHOWN)) {
    const { orderId, sequence, eventType = "", sinceMs, appliedSequence, toSequence } = order;
    const age = describeSpan(nowMs - sinceMs);
    table.push([orderId, `${sequence} ${eventType}`, age, `${appliedSequence} of ${toSequence}`]);
  }
  const more = orders.length > SHOWN ? [`and ${count(orders.length - SHOWN)} more: --json`] : [];
  return [
    ...(orders.length === 0 ? [] : [table.toString(), ...more]),
    ...remarks.map((remark) => `! ${remark}`),
    `SNS could not deliver ${count(depth)} events of ${count(orders.length)} orders to ${consumer}`,
  ].join("\n");
};
