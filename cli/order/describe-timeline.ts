import Table from "cli-table3";
import { count, countOf } from "../describe-figures.ts";
import { newlyHandled } from "../newly-handled.ts";
import { instant } from "../status/describe-door.ts";
import { describeSpan } from "../status/describe-span.ts";
import { isMissing, nextSteps } from "./judge-timeline.ts";
import type { Surroundings } from "./read-surroundings.ts";
import type { ConsumerProgress, OrderTimeline, Standing, TimelineEvent } from "./read-timeline.ts";

const style = { head: [], border: [], compact: true };

/** What a consumer's row says of one event. */
const markOf = (progress: ConsumerProgress, sequence: number): string => {
  const { consumer, applied, standing, discarded, ignored } = progress;
  if (discarded.some(({ seq }) => seq === sequence)) return `${consumer}: discarded`;
  if (ignored?.includes(sequence)) return `${consumer}: not handled`;
  if (sequence <= applied || standing.kind === "done") return "";
  if (sequence > standing.seq) return `${consumer}: waits behind event ${standing.seq}`;
  return `${consumer}: ${standing.kind === "behind" ? "has not come" : standing.kind}`;
};

const eventRow = (
  { sequence, type, time }: TimelineEvent,
  consumers: readonly ConsumerProgress[],
): string[] => {
  const wanting = consumers.filter(({ ignored }) => !ignored?.includes(sequence));
  const marks = consumers.map((progress) => markOf(progress, sequence)).filter(Boolean);
  const applied = consumers.length - marks.length;
  const everywhere = applied === wanting.length ? "all" : String(applied);
  return [
    String(sequence),
    type,
    time,
    [`applied by ${everywhere} of ${wanting.length}`, ...marks].join("\n"),
  ];
};

const errorOf = ({ error }: Exclude<Standing, { kind: "done" | "behind" }>): string =>
  error === undefined ? "no error is recorded" : `${error.name}: ${error.message}`;

const overTime = ({ firstMs, lastMs }: { firstMs?: number; lastMs?: number }): string => {
  if (firstMs === undefined || lastMs === undefined) return "";
  const since = lastMs > firstMs ? ` over ${describeSpan(lastMs - firstMs)}` : "";
  return `${since}, the last at ${instant(lastMs)}`;
};

const attempts = (made: number): string => countOf(made, "attempt");

const whereabouts = ({ mapping, waiting, inFlight, undelivered }: Surroundings): string => {
  const ways = [
    ...(mapping === "paused" ? ["it is paused"] : []),
    `its queue holds ${count(waiting)} waiting and ${count(inFlight)} in flight`,
    ...(undelivered > 0 ? [`SNS could not deliver ${countOf(undelivered, "event")} to it`] : []),
  ];
  return ways.join("; ");
};

const behindOf = ({ followers }: ConsumerProgress): string => {
  if (followers === 0) return "";
  return `; ${countOf(followers, "event waits", "events wait")} behind it`;
};

/** In one line, what holds an order back at a consumer; nothing where nothing does. */
const stuckLine = (
  progress: ConsumerProgress,
  { orderId, events }: OrderTimeline,
): string | undefined => {
  const { consumer, standing, surroundings } = progress;
  const followers = behindOf(progress);
  switch (standing.kind) {
    case "done":
      return undefined;
    case "dead":
      return (
        `${consumer}: event ${standing.seq} is dead since ${instant(standing.deadAtMs)}: ` +
        `${standing.cause}, after ${attempts(standing.attempts)}${overTime(standing)}; ` +
        `${errorOf(standing)}${followers}`
      );
    case "retrying":
      return (
        `${consumer}: event ${standing.seq} failed and is tried again, after ` +
        `${attempts(standing.attempts)}${overTime(standing)}; ${errorOf(standing)}${followers}`
      );
    case "running": {
      const before = standing.error === undefined ? "" : `; before that ${errorOf(standing)}`;
      return (
        `${consumer}: event ${standing.seq} is being tried, or took its function down, ` +
        `${attempts(standing.attempts)}${overTime(standing)}${before}${followers}`
      );
    }
    case "behind": {
      const ways = surroundings === undefined ? "" : ` (${whereabouts(surroundings)})`;
      const late = isMissing(progress) ? ", and nothing is on its way here" : "";
      const line = `${consumer}: event ${standing.seq} has not come${late}${followers}${ways}`;
      if (!isMissing(progress)) return line;
      const eventType = events[standing.seq - 1]?.type;
      return `${line}; ${newlyHandled({ consumer, orderId, eventType })}`;
    }
  }
};

const consumerRow = ({ consumer, applied, appliedAtMs, standing }: ConsumerProgress): string[] => [
  consumer,
  String(applied),
  appliedAtMs === undefined ? "-" : instant(appliedAtMs),
  standing.kind === "done" ? "has all" : standing.kind,
];

const discardLines = ({ consumer, discarded }: ConsumerProgress): string[] =>
  discarded.map(
    ({ seq, who, why, atMs, cause }) =>
      `${consumer}: event ${seq} (${cause}) was discarded by ${who} at ${instant(atMs)}: ${why}`,
  );

/** The events from the first to the last, then the consumers, then what is stuck, why, and what next. */
export const describeTimeline = (timeline: OrderTimeline): string => {
  const { orderId, status, version, events, consumers, parked } = timeline;
  const taken = new Table({ head: ["", "event", "taken", ""], style });
  taken.push(...events.map((event) => eventRow(event, consumers)));
  const reached = new Table({ head: ["", "applied", "the last at", "next"], style });
  reached.push(...consumers.map(consumerRow));
  const stuck = consumers
    .map((progress) => stuckLine(progress, timeline))
    .filter((line) => line !== undefined);
  const unsent = parked.map(
    ({ sequence, error }) =>
      `relay: event ${sequence} cannot be sent, nor what follows it: ${error.name}: ${error.message}`,
  );
  const lines = [...unsent, ...stuck, ...consumers.flatMap(discardLines)];
  return [
    `order ${orderId}: ${status}, ${countOf(version, "event")}`,
    taken.toString(),
    reached.toString(),
    ...(stuck.length + unsent.length === 0 ? ["every consumer has all of it"] : []),
    ...lines,
    ...nextSteps(timeline).map((command) => `next: ${command}`),
  ].join("\n");
};
