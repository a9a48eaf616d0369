/** Whether an order needs somebody, and what to type next. */
import type { ConsumerProgress, OrderTimeline } from "./read-timeline.ts";

/** A healthy bus takes seconds; the relay and a consumer may be behind for some minutes. */
const LATE_MS = 5 * 60_000;

/**
 * An event that should have come long ago, while nothing is on any way that leads to the consumer:
 * the relay has not sent it, or it is lost.
 */
export const isMissing = (
  { standing, surroundings }: ConsumerProgress,
  { events }: OrderTimeline,
  nowMs: number,
): boolean => {
  if (standing.kind !== "behind" || surroundings === undefined) return false;
  const { waiting, inFlight, undelivered } = surroundings;
  const takenMs = Date.parse(events[standing.seq - 1]?.time ?? "");
  return nowMs - takenMs > LATE_MS && waiting + inFlight + undelivered === 0;
};

/** What merely has not come yet does not need anybody. */
export const isStuck = (timeline: OrderTimeline, nowMs: number): boolean =>
  timeline.parked.length > 0 ||
  timeline.consumers.some(
    (progress) =>
      progress.standing.kind === "dead" ||
      progress.standing.kind === "retrying" ||
      isMissing(progress, timeline, nowMs),
  );

const stepsAt = (progress: ConsumerProgress, timeline: OrderTimeline, nowMs: number): string[] => {
  const { standing, surroundings, consumer } = progress;
  const { orderId } = timeline;
  const name = consumer.split("@")[0];
  if (standing.kind === "dead") return [`bus dlq show ${name} ${orderId}`];
  if (standing.kind !== "behind") return [];
  return [
    ...(surroundings?.mapping === "paused" ? [`bus resume ${name}`] : []),
    ...((surroundings?.undelivered ?? 0) > 0 ? [`bus dlq subscription list ${name}`] : []),
    ...(isMissing(progress, timeline, nowMs)
      ? [`bus replay --order ${orderId} --to-consumer ${name}`]
      : []),
  ];
};

/** Commands without the stage. What sends anything shows it first, and asks. */
export const nextSteps = (timeline: OrderTimeline, nowMs: number): readonly string[] => {
  const { orderId, consumers, parked } = timeline;
  const [first] = parked;
  const republish = (from: number) => `bus republish ${orderId} --from-sequence ${from}`;
  // What was never sent comes to every consumer by itself, once it is.
  if (first !== undefined) return ["bus dlq relay list", republish(first.sequence)];
  if (consumers.every((progress) => isMissing(progress, timeline, nowMs))) {
    // The relay may be paused or far behind, which the status tells.
    return ["bus status", republish(1 + Math.min(...consumers.map(({ applied }) => applied)))];
  }
  return consumers.flatMap((progress) => stepsAt(progress, timeline, nowMs));
};
