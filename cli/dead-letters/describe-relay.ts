import Table from "cli-table3";
import { count } from "../describe-figures.ts";
import { describeSpan } from "../status/describe-span.ts";
import type { Cleared } from "./clear-relay-failures.ts";
import type { RelayEntry, RelayFailures } from "./list-relay-failures.ts";

const SHOWN = 20;

const at = (atMs: number): string => new Date(atMs).toISOString();

const whatOf = ({ failure }: RelayEntry): readonly [string, string] => {
  switch (failure.kind) {
    case "unsendable event": {
      const { orderId, sequence, error } = failure;
      return [`event ${sequence} of order ${orderId}`, `${error.name}: ${error.message}`];
    }
    case "stream records": {
      const { records, firstMs, lastMs, condition } = failure;
      return [`${records} stream records, ${at(firstMs)} to ${at(lastMs)}`, condition];
    }
    case "not known":
      return ["not the relay's", ""];
  }
};

/** The last line is the sum. */
export const describeRelay = ({ entries, depth }: RelayFailures, nowMs: number): string => {
  if (depth === 0) return "the relay has failed nothing";
  const table = new Table({
    head: ["what was not sent", "why", "age"],
    style: { head: [], border: [] },
  });
  for (const entry of entries.slice(0, SHOWN)) {
    table.push([...whatOf(entry), describeSpan(nowMs - entry.sinceMs)]);
  }
  const more = entries.length > SHOWN ? `\nand ${count(entries.length - SHOWN)} more: --json` : "";
  const hidden = depth - entries.length;
  const note =
    hidden > 0 ? `\n! ${count(hidden)} entries are hidden: somebody else holds them` : "";
  return `${table}${more}${note}\n${count(depth)} entries that the relay could not send`;
};

/** The last line is the result. */
export const describeCleared = ({ entries, removed, report, kept }: Cleared): string => {
  const reasons = [...new Set(kept)].slice(0, SHOWN).map((why) => `! kept: ${why}`);
  const failed = report.failed
    .slice(0, SHOWN)
    .map(
      ({ orderId, sequence, why }) => `! event ${sequence} of order ${orderId} was refused: ${why}`,
    );
  return [
    ...failed,
    ...reasons,
    `republished ${count(report.sent)} events; ${count(removed)} of ${count(entries)} entries are cleared`,
  ].join("\n");
};
