/** Whether an order needs somebody, and what to type next. */
import type { ConsumerProgress, OrderTimeline } from "./read-timeline.ts";

/**
 * An event that should have come long ago, or been tried again, while nothing is on any way that
 * leads to the consumer: the relay has not sent it, or it is lost.
 */
export const isMissing = ({ judged, surroundings }: ConsumerProgress): boolean => {
  if (judged !== "behind" || surroundings === undefined) return false;
  const { waiting, inFlight, undelivered } = surroundings;
  return waiting + inFlight + undelivered === 0;
};

/** What merely has not come yet does not need anybody. */
export const isStuck = ({ parked, consumers }: OrderTimeline): boolean =>
  parked.length > 0 ||
  consumers.some(
    (progress) =>
      progress.standing.kind === "dead" ||
      progress.standing.kind === "retrying" ||
      isMissing(progress),
  );

const stepsAt = (orderId: string, progress: ConsumerProgress): string[] => {
  const { standing, surroundings, consumer } = progress;
  const name = consumer.split("@")[0];
  if (standing.kind === "dead") return [`bus dlq show ${name} ${orderId}`];
  if (surroundings === undefined) return [];
  return [
    ...(surroundings.mapping === "paused" ? [`bus resume ${name}`] : []),
    ...(surroundings.undelivered > 0 ? [`bus dlq subscription list ${name}`] : []),
    ...(isMissing(progress) ? [`bus replay --order ${orderId} --to-consumer ${name}`] : []),
  ];
};

/** The first event that is missing somewhere, if no consumer at all has heard of it. */
const firstUnsent = (consumers: readonly ConsumerProgress[]): number | undefined => {
  const missing = consumers.flatMap((progress) =>
    isMissing(progress) && progress.standing.kind !== "done" ? [progress.standing.seq] : [],
  );
  const first = Math.min(...missing);
  const isUnheard = (progress: ConsumerProgress): boolean =>
    isMissing(progress) || (progress.standing.kind === "done" && progress.applied < first);
  return missing.length > 0 && consumers.every(isUnheard) ? first : undefined;
};

/** Commands without the stage. What sends anything shows it first, and asks. */
export const nextSteps = ({ orderId, consumers, parked }: OrderTimeline): readonly string[] => {
  const [first] = parked;
  const republish = (from: number) => `bus republish ${orderId} --from-sequence ${from}`;
  // What was never sent comes to every consumer by itself, once it is.
  if (first !== undefined) return ["bus dlq relay list", republish(first.sequence)];
  const unsent = firstUnsent(consumers);
  // The relay may be paused or far behind, which the status tells.
  if (unsent !== undefined) return ["bus status", republish(unsent)];
  return consumers.flatMap((progress) => stepsAt(orderId, progress));
};
