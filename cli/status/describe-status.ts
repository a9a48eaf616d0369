import Table from "cli-table3";
import { count } from "../describe-figures.ts";
import { describeDoor, instant } from "./describe-door.ts";
import { describeSpan } from "./describe-span.ts";
import type { BusStatus, ConsumerStatus, RelayStatus } from "./read-status.ts";
import { countStuck, statusProblems } from "./status-problems.ts";

const HEAD = ["", "", "waiting", "flight", "oldest", "p50", "p99", "stuck", "dead", "unsent"];
const ALIGNS = HEAD.map((_, column) => (column < 2 ? ("left" as const) : ("right" as const)));
/** Without lines, so that it fits into 80 columns. */
const SIDES = ["top", "bottom", "left", "right", "mid"];
const CORNERS = SIDES.flatMap((side) => ["", "-mid", "-left", "-right"].map((end) => side + end));
const NO_LINES = Object.fromEntries([...CORNERS, "middle"].map((name) => [name, ""]));
const NARROW = { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 2 };

/** Where a figure is not known. */
const NONE = "-";

/** As one word, since columns are told apart by spaces. */
const span = (ms: number | undefined): string =>
  ms === undefined ? NONE : describeSpan(ms).replace(" ", "");

const MAPPINGS = { enabled: "runs", paused: "paused", changing: "changes" } as const;

const stateOf = ({ outage, mapping }: ConsumerStatus): string => {
  const runs = mapping === undefined ? NONE : MAPPINGS[mapping];
  if (outage === "none") return runs;
  return mapping === "paused" ? `${runs}, ${outage}` : outage;
};

const rowOf = (consumer: ConsumerStatus): string[] => {
  const { name, waiting, inFlight, oldestAgeSeconds, latencyMs, ...rest } = consumer;
  return [
    name,
    stateOf(consumer),
    count(waiting),
    count(inFlight),
    oldestAgeSeconds === 0 ? "0s" : span(oldestAgeSeconds && oldestAgeSeconds * 1_000),
    span(latencyMs?.p50),
    span(latencyMs?.p99),
    countStuck(consumer),
    count(rest.deadLetters),
    count(rest.undelivered),
  ];
};

const describeRelay = ({ parked, behindMs, mapping }: RelayStatus): string => {
  const runs = mapping === undefined ? NONE : MAPPINGS[mapping];
  const behind = behindMs === undefined ? "" : `, ${describeSpan(behindMs)} behind`;
  return `relay ${runs}${behind}, ${count(parked)} parked`;
};

const verdict = (problems: readonly string[]): string =>
  problems.length === 0
    ? "nothing needs anybody"
    : `${problems.length === 1 ? "needs" : `${problems.length} things need`} somebody: ${problems.join("; ")}`;

/** One screen. */
export const describeStatus = (status: BusStatus): string => {
  const { stackName, atMs, consumers, relay, admission, notKnown } = status;
  const table = new Table({ head: HEAD, colAligns: ALIGNS, chars: NO_LINES, style: NARROW });
  table.push(...consumers.map(rowOf));
  return [
    `${stackName} at ${instant(atMs)}`,
    table.toString(),
    describeRelay(relay),
    describeDoor(admission),
    ...notKnown,
    verdict(statusProblems(status)),
  ].join("\n");
};
