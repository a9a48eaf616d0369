import { count, countOf } from "../describe-figures.ts";
import { describeDoor } from "./describe-door.ts";
import type { AdmissionStatus, BusStatus, ConsumerStatus } from "./read-status.ts";

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

/**
 * What needs somebody, a sentence each. A long queue does not: it is being worked on.
 */
export const statusProblems = ({ consumers, relay, admission }: BusStatus): readonly string[] => {
  const parked = relay?.parked ?? 0;
  return [
    ...consumers.flatMap(ofConsumer),
    ...(parked === 0
      ? []
      : [`the relay has parked ${countOf(parked, "entry", "entries")} that it cannot send`]),
    ...(isDoorFine(admission) ? [] : [describeDoor(admission)]),
  ];
};
