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

/** The sequences of the due events after `seq`, of an order whose events have these types. */
export const dueAfter = (types: readonly string[], due: DueTypes, seq: number): number[] => {
  const sequences: number[] = [];
  for (let next = nextDue(types, due, seq); next !== undefined; next = nextDue(types, due, next)) {
    sequences.push(next);
  }
  return sequences;
};
