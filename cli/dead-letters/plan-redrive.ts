import type { Stage } from "../stage-clients.ts";
import { consumerNamed } from "../stage-outputs.ts";
import { type ListOptions, listDeadLetters } from "./list-dead-letters.ts";
import { type DeadLetterFilter, planOf, type RedrivePlan } from "./plan.ts";
import { type Patience, planPatiently } from "./plan-patiently.ts";

export type PlanOptions = ListOptions & Patience & { readonly filter?: DeadLetterFilter };

/**
 * What a redrive with this filter would do now. Nothing is changed. Where a run is at work, its
 * lease is the answer at once, and not once it is over.
 */
export const planRedrive = (
  stage: Stage,
  consumer: string,
  { filter, ...options }: PlanOptions = {},
): Promise<RedrivePlan> => {
  const { name, deadLetterQueueUrl: url } = consumerNamed(stage.outputs, consumer);
  return planPatiently(stage, { name, url }, options, async () =>
    planOf(await listDeadLetters(stage, consumer, options), filter),
  );
};
