import type { Stage } from "../stage-clients.ts";
import { type ListOptions, listDeadLetters } from "./list-dead-letters.ts";
import { type DeadLetterFilter, planOf, type RedrivePlan } from "./plan.ts";

/** What a redrive with this filter would do now. Nothing is changed. */
export const planRedrive = async (
  stage: Stage,
  consumer: string,
  { filter, ...options }: ListOptions & { readonly filter?: DeadLetterFilter } = {},
): Promise<RedrivePlan> => planOf(await listDeadLetters(stage, consumer, options), filter);
