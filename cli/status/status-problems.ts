import { count, countOf } from "../describe-figures.ts";
import { describeDoor } from "./describe-door.ts";
import type { AdmissionStatus, BusStatus, ConsumerStatus, RelayStatus } from "./read-status.ts";

/** As many as are known of. */
export const countStuck = ({ deadOrders }: ConsumerStatus): string =>
  `${count(deadOrders.count)}${deadOrders.andMore ? "+" : ""}`;

const ofConsumer = (consumer: ConsumerStatus): string[] => {
  const { name, outage, deadOrders, deadLetters, undelivered, mapping } = consumer;
  const problems: string[] = [];
  if (outage === "outage") {
    problems.push(`${name} is in an outage: it fails for many orders, and retries them`);
  }
  if (outage === "no budget") problems.push(`${name} has no dead-letter budget left`);
  if (deadOrders.count + deadLetters > 0) {
    const letters = countOf(deadLetters, "dead letter");
    problems.push(
      `${name} has ${letters}, and its orders with a dead event are ${countStuck(consumer)}`,
    );
  }
  if (undelivered > 0) {
    problems.push(`SNS could not deliver ${countOf(undelivered, "event")} to ${name}`);
  }
  if (mapping === "paused") problems.push(`${name} is paused, and its queue grows`);
  return problems;
};

/** A stage without a door has one that was never decided about. */
export const isDoorFine = ({ door }: AdmissionStatus): boolean =>
  door.kind === "open" || (door.kind === "unknown" && door.why === "never decided");

const ofRelay = ({ parked, mapping }: RelayStatus): string[] => [
  ...(mapping === "paused" ? ["the relay is paused: no consumer hears of anything new"] : []),
  ...(parked === 0
    ? []
    : [`the relay has parked ${countOf(parked, "entry", "entries")} that it cannot send`]),
];

/** What needs somebody, a sentence each. A long queue does not: it is being worked on. */
export const statusProblems = ({ consumers, relay, admission }: BusStatus): readonly string[] => [
  ...ofRelay(relay),
  ...consumers.flatMap(ofConsumer),
  ...(isDoorFine(admission) ? [] : [describeDoor(admission)]),
];
