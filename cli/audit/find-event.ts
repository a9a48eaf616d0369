/**
 * Where an order's next event is at a consumer that has not applied it, by everything that can be
 * seen without touching a live queue: a receive there would count against the message.
 */
import type { Standing } from "../../lambdas/core/order-standing.ts";

export type Missing = {
  readonly orderId: string;
  /** The event that is missing, and the order's last one. */
  readonly next: number;
  readonly version: number;
  /** Events that are due here and not applied, from that one on. */
  readonly events: number;
  readonly lastEventAtMs: number;
  readonly standing: Extract<Standing, "parked" | "retrying" | "behind">;
  /** When it was decided dead. */
  readonly deadAtMs?: number;
};

/** What was seen of an order in the queues of a consumer: each the sequence of its first letter. */
export type Sighting = {
  readonly deadLetter?: number | undefined;
  readonly undelivered?: number | undefined;
  /** Messages in the consumer's own queue, of whatever order. */
  readonly waiting: number;
  /** False where somebody holds letters just now, so that not all could be seen. */
  readonly complete: boolean;
};

export type Whereabouts =
  /** Nothing is wrong. */
  | "dead letter"
  | "on its way"
  /** In the dead-letter queue without a decision: SQS moved it when its receives were spent. */
  | "receives exhausted"
  | "retrying"
  /** Nowhere. */
  | "lost"
  /** It should have come. It is in a queue that is not empty, or before the topic, or lost. */
  | "overdue"
  /** Decided dead, and no longer in the dead-letter queue: expired after 14 days, or deleted. */
  | "expired"
  /** Where SNS puts what it cannot deliver. */
  | "undelivered"
  /** The order's first dead letter is a copy of what it has applied, and hides all behind it. */
  | "behind a copy";

/** Of those, what is not as it should be. */
export type Fault = Exclude<Whereabouts, "dead letter" | "on its way" | "receives exhausted">;

export const isFault = (where: Whereabouts): where is Fault =>
  where !== "dead letter" && where !== "on its way" && where !== "receives exhausted";

/**
 * A decided message bounces for a minute or so; with the longest settings for hours. Counts of a
 * queue are approximate: that it reads empty is no proof within that time.
 */
const BOUNCES_MS = 3_600_000;

const ofParked = (
  { next, deadAtMs = 0 }: Missing,
  { deadLetter, complete }: Sighting,
  nowMs: number,
): Whereabouts => {
  if (deadLetter === next) return "dead letter";
  if (nowMs - deadAtMs < BOUNCES_MS) return "on its way";
  if (deadLetter !== undefined) return deadLetter > next ? "expired" : "behind a copy";
  return complete ? "expired" : "dead letter";
};

const ofShort = ({ next, standing }: Missing, sighting: Sighting): Whereabouts => {
  const { deadLetter, undelivered, waiting, complete } = sighting;
  if (deadLetter === next) return "receives exhausted";
  if (undelivered !== undefined && undelivered <= next) return "undelivered";
  if (deadLetter !== undefined && deadLetter < next) return "behind a copy";
  if (waiting > 0 && standing === "retrying") return "retrying";
  return waiting > 0 || !complete ? "overdue" : "lost";
};

export const findEvent = (missing: Missing, sighting: Sighting, nowMs: number): Whereabouts =>
  missing.standing === "parked" ? ofParked(missing, sighting, nowMs) : ofShort(missing, sighting);
