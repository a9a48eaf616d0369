import { count } from "../describe-figures.ts";
import type { Lease } from "./dead-letter.ts";
import type { RedrivePlan } from "./plan.ts";
import type { Redriven, RedriveResult } from "./redrive-dead-letters.ts";
import type { CanaryResult } from "./watch-canary.ts";

export const describePlan = ({ consumer, orders, letters, remarks }: RedrivePlan): string =>
  [
    ...remarks.map((remark) => `! ${remark}`),
    `${count(letters)} letters of ${count(orders.length)} orders go back to ${consumer}`,
  ].join("\n");

export const describeLease = ({ holder, act, sinceMs, heldUntilMs }: Lease): string =>
  `${holder} works on these letters (${act}) since ${new Date(sinceMs).toISOString()}. Nothing was ` +
  `done. The lease is renewed while that goes on; without it, it ends at ${new Date(heldUntilMs).toISOString()}`;

const describeCanary = (canary: CanaryResult): string => {
  switch (canary.kind) {
    case "applied":
      return `order ${canary.orderId} went first and was applied`;
    case "failed":
      return (
        `stopped after the first order: event ${canary.sequence} of ${canary.orderId} failed again ` +
        `(${canary.error.name}: ${canary.error.message}). Mend the cause and redrive again`
      );
    case "unknown":
      return (
        `stopped after the first order: ${canary.orderId} was neither applied nor failed within ` +
        `${canary.waitedSeconds} s. Is the consumer paused, or far behind? See bus status`
      );
    case "interrupted":
      return `stopped while order ${canary.orderId} was on its way`;
  }
};

const lasting = ({ moved, seconds }: Redriven): string => {
  const rate = seconds > 0 ? `, ${Math.round(moved / seconds)} letters/s` : "";
  return `in ${seconds.toFixed(1)} s${rate}`;
};

const notesOf = (done: Redriven): string[] => {
  const { untouched, outOfSequence, failure = "" } = done;
  const [first] = outOfSequence;
  const notes: readonly (readonly [number, string])[] = [
    [done.copies, "copies of events that were sent or applied were sent too: they have no effect"],
    [done.removed, "letters were removed, as discarded"],
    [done.undeleted, "letters were sent and could not be removed: they come again as copies"],
    [done.failedSends, `sends failed (${failure}): those letters stayed; run this again`],
    [untouched["came back"], "letters died again in this run and were left: see bus dlq list"],
    [untouched["after the snapshot"], "letters came after the plan was made and were left"],
    [
      untouched["out of sequence"],
      `letters lie before an event that their order needs first, such as event ${first?.sequence} of ` +
        `${first?.orderId}, and were left. It may lie behind them (add --as-it-lies), be on its way ` +
        "(see bus order), or be lost (bus replay sends it from the store)",
    ],
    [
      done.kind === "done" ? done.notFound - untouched["out of sequence"] : 0,
      "letters of the plan were not there: on their way, hidden by somebody who polls the queue, " +
        "or moved before; run this again",
    ],
  ];
  return notes.filter(([number]) => number > 0).map(([n, text]) => `! ${count(n)} ${text}`);
};

const ENDINGS = {
  done: "redriven",
  "canary failed": "stopped by the canary",
  interrupted: "interrupted; what was in hand is done, the rest is as it was, run this again",
  "lease lost": "stopped: another operator has taken the lease over",
} as const;

/** The last line is the result. */
export const describeResult = (result: RedriveResult): string => {
  if (result.kind === "leased") return describeLease(result.by);
  const { kind, moved, planned, canary } = result;
  return [
    ...(canary === undefined ? [] : [describeCanary(canary)]),
    ...notesOf(result),
    `${ENDINGS[kind]}: ${count(moved)} of ${count(planned)} letters ${lasting(result)}`,
  ].join("\n");
};
