/** What a person should know first, in sentences; the worst first. */
import type { BusStatus, ConsumerStatus } from "../../status/read-status.ts";
import { count, list, milliseconds, plural } from "./format.ts";

export type Finding = {
  readonly level: "bad" | "warn";
  readonly text: string;
  /** The page where it is dealt with. */
  readonly href?: string;
};

const namesOf = (
  consumers: readonly ConsumerStatus[],
  is: (consumer: ConsumerStatus) => boolean,
): readonly string[] => consumers.filter(is).map(({ name }) => name);

const outages = (consumers: readonly ConsumerStatus[]): Finding[] => {
  const names = namesOf(consumers, ({ outage }) => outage === "outage");
  if (names.length === 0) return [];
  const text = `Outage at ${list(names)}: what it depends on seems to be down. Its messages wait and are tried again; nothing is lost.`;
  return [{ level: "bad", text }];
};

const stuck = ({ deadOrders: { count: orders, andMore } }: ConsumerStatus): string => {
  const more = andMore ? " or more" : "";
  return `${plural(orders, "order")}${more} ${orders === 1 && !andMore ? "stands" : "stand"} still`;
};

const deadLetters = (consumers: readonly ConsumerStatus[]): Finding[] =>
  consumers
    .filter((consumer) => consumer.deadLetters > 0)
    .map((consumer) => ({
      level: "bad",
      text: `${plural(consumer.deadLetters, "dead letter")} at ${consumer.name}: ${stuck(consumer)} there until somebody redrives or discards.`,
      href: `/dead-letters/${consumer.name}`,
    }));

const undelivered = (consumers: readonly ConsumerStatus[]): Finding[] =>
  consumers
    .filter((consumer) => consumer.undelivered > 0)
    .map((consumer) => ({
      level: "bad",
      text: `SNS could not deliver ${plural(consumer.undelivered, "event")} to ${consumer.name}.`,
    }));

const paused = (consumers: readonly ConsumerStatus[]): Finding[] => {
  const names = namesOf(consumers, ({ mapping }) => mapping === "paused");
  if (names.length === 0) return [];
  return [{ level: "warn", text: `Paused: ${list(names)}. Events wait in the queue.` }];
};

/** A relay that is as far behind as that is no longer just busy. */
export const RELAY_BEHIND_MS = 60_000;

const relay = ({ relay: { parked, behindMs = 0, mapping } }: BusStatus): Finding[] => [
  ...(parked === 0
    ? []
    : [{ level: "bad", text: `The relay could not send ${plural(parked, "event")}.` } as const]),
  ...(mapping === "paused"
    ? [{ level: "warn", text: "The relay is paused: no event comes to any consumer." } as const]
    : []),
  ...(behindMs > RELAY_BEHIND_MS
    ? [{ level: "warn", text: `The relay is ${milliseconds(behindMs)} behind.` } as const]
    : []),
];

const door = ({ admission }: BusStatus): Finding[] =>
  admission.door.kind === "closed"
    ? [{ level: "warn", text: "The shop takes no new orders now.", href: "/admission" }]
    : [];

export const judgeFlow = (status: BusStatus): readonly Finding[] => {
  const { consumers } = status;
  return [
    ...outages(consumers),
    ...relay(status),
    ...undelivered(consumers),
    ...deadLetters(consumers),
    ...door(status),
    ...paused(consumers),
  ];
};

/** One line for the head of the page. */
export const summarise = ({ consumers }: BusStatus): string => {
  const depth = consumers.reduce((sum, consumer) => sum + consumer.depth, 0);
  if (depth === 0) return `${plural(consumers.length, "consumer")}, no event waits.`;
  return `${plural(consumers.length, "consumer")}, ${count(depth)} ${depth === 1 ? "event waits" : "events wait"} or ${depth === 1 ? "is" : "are"} being worked on.`;
};
