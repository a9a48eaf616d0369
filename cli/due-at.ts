/** Which events a deployed consumer is due to apply, by what its stage says of it. */
import { dueTypes, nextDue } from "../lambdas/core/due-events.ts";
import { EVENT_TYPES, type OrderEventType } from "../lambdas/core/order-event.ts";
import type { ConsumerOutput, StageOutputs } from "./stage-outputs.ts";

export type DueTypes = readonly OrderEventType[];

/** Of a stage that does not say what it handles, every type. */
export const dueAt = (
  { RetainDays: retainDays = 0 }: Pick<StageOutputs, "RetainDays">,
  { handles }: Pick<ConsumerOutput, "handles">,
): DueTypes => {
  const handled = EVENT_TYPES.filter((type) => handles?.includes(type) ?? true);
  return dueTypes(handled, { retainDays });
};

/**
 * Those whose effect could be missing. An order's last step may be due for its row's expiry alone:
 * orders that ended before a stage had `retainDays` lack only that, and nothing could bring it.
 */
export const effectiveAt = (consumer: Pick<ConsumerOutput, "handles">): DueTypes =>
  dueAt({ RetainDays: 0 }, consumer);

/** The sequences of the due events after `seq`, of an order whose events have these types. */
export const dueAfter = (types: readonly string[], due: DueTypes, seq: number): number[] => {
  const sequences: number[] = [];
  for (let next = nextDue(types, due, seq); next !== undefined; next = nextDue(types, due, next)) {
    sequences.push(next);
  }
  return sequences;
};
