import { describeSpan } from "../status/describe-span.ts";
import { describeWaiting } from "./describe-waiting.ts";
import type { ShownOrder } from "./show-dead-order.ts";
import { countDue } from "./skips.ts";

const at = (atMs: number | undefined): string =>
  atMs === undefined ? "not known" : new Date(atMs).toISOString();

const lifeOf = ({ row }: ShownOrder): string[] => {
  const { life } = row;
  if (life === undefined || life.seq <= row.seq) return [];
  const { error, attempts, firstMs, lastMs, dead } = life;
  return [
    ...(dead === undefined ? [] : [`decided     ${at(dead.atMs)}`]),
    `attempts    ${attempts}, from ${at(firstMs)} to ${at(lastMs)}`,
    ...(error === undefined ? [] : [`error       ${error.name}: ${error.message}`]),
    ...(error?.stack === undefined ? [] : [error.stack]),
  ];
};

const discardsOf = ({ row: { discarded = [] } }: ShownOrder): string[] =>
  discarded.map(
    ({ seq, eventType = "", cause, who, why, atMs }) =>
      `discarded   event ${seq} ${eventType} (${cause}), ${at(atMs)} by ${who}: ${why}`,
  );

const deadOf = ({ consumer, dead, row }: ShownOrder, nowMs: number): string[] => {
  if (dead === undefined) return [`dead        nothing (event ${row.seq} is the last applied)`];
  const { head, toSequence, seen } = dead;
  const age = describeSpan(nowMs - head.sinceMs);
  const followers = countDue(dead, head.sequence + 1);
  return [
    `dead event  ${head.sequence} ${head.eventType ?? ""}, the root`,
    `cause       ${head.cause}, for ${age}`,
    followers === 0
      ? "followers   none"
      : `followers   ${followers}: events ${head.sequence + 1} to ${toSequence}, untried`,
    ...(head.cause === "predecessor missing"
      ? [`waits       ${describeWaiting(consumer, dead)}`]
      : []),
    ...(seen ? ["letter      seen in the dead-letter queue"] : []),
  ];
};

/** One fact a line. */
export const describeOrder = (shown: ShownOrder, nowMs: number): string => {
  const { consumer, orderId, row, version, body } = shown;
  return [
    `order       ${orderId} at ${consumer}`,
    `applied     ${row.seq} of ${version ?? "?"} events`,
    ...deadOf(shown, nowMs),
    ...lifeOf(shown),
    ...discardsOf(shown),
    ...(body === undefined ? [] : [`body        ${body}`]),
  ].join("\n");
};
