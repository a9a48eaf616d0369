import { describeLease } from "./describe-redrive.ts";
import type { DiscardPlan, DiscardResult } from "./discard-dead-event.ts";

export const describeDiscardPlan = ({
  consumer,
  orderId,
  head,
  followers,
}: DiscardPlan): string => {
  const error = head.error === undefined ? "" : `, ${head.error.name}: ${head.error.message}`;
  return (
    `Event ${head.sequence} ${head.eventType ?? ""} of order ${orderId} will have no effect at ` +
    `${consumer} (${head.cause}${error}). ${followers} followers are let go.`
  );
};

export const describeNoLetter = ({ orderId, seen }: DiscardPlan): string =>
  `Nothing was done: the letter of event ${seen.seq} of order ${orderId} is not in the dead-letter ` +
  "queue. It was redriven and may be applied any moment, is not there yet, is held by somebody " +
  "who looks at it, or has expired. Look again in some minutes; gone for good, it takes " +
  "--without-letter";

/** The last line is the result. */
export const describeDiscard = (plan: DiscardPlan, result: DiscardResult): string => {
  switch (result.kind) {
    case "leased":
      return describeLease(result.by);
    case "no letter":
      return describeNoLetter(plan);
    case "changed":
      return (
        `Nothing was done: order ${plan.orderId} is no longer as it was shown (redriven, applied ` +
        "or discarded meanwhile). See bus dlq show"
      );
    case "discarded": {
      const { letterRemoved, followersMoved, sequence, toSequence, failure } = result;
      const letter = letterRemoved
        ? "its letter is removed"
        : "its letter is not in the dead-letter queue (yet): it has no effect wherever it is";
      const rest =
        failure === undefined
          ? "the rest is still on its way; bus dlq redrive brings home what moves there later"
          : `event ${failure.sequence} is dead in its turn (${failure.name}: ${failure.message})`;
      const state = sequence >= toSequence ? "the order is whole" : rest;
      return (
        `Discarded event ${plan.seen.seq} of order ${plan.orderId}: ${letter}, ${followersMoved} ` +
        `followers were sent, ${sequence} of ${toSequence} events are done; ${state}`
      );
    }
  }
};
