import type { Stage } from "../stage-clients.ts";
import { consumerNamed } from "../stage-outputs.ts";
import { type ListOptions, listDeadLetters } from "./list-dead-letters.ts";
import { lookAlone } from "./look-alone.ts";
import { type DeadLetterFilter, planOf, type RedrivePlan } from "./plan.ts";
import { remarkOnLease } from "./redrive-lease.ts";
import { type Patience, waitForHidden } from "./wait-for-hidden.ts";

export type PlanOptions = Omit<ListOptions, "leaseToken"> &
  Patience & { readonly filter?: DeadLetterFilter };

/**
 * What a redrive with this filter would do now. Nothing is changed. Where a run is at work, its
 * lease is the answer at once, and not once it is over.
 */
export const planRedrive = async (
  stage: Stage,
  consumer: string,
  { filter, ...options }: PlanOptions = {},
): Promise<RedrivePlan> => {
  const { name, deadLetterQueueUrl } = consumerNamed(stage.outputs, consumer);
  const look = await lookAlone(stage, name, options.signal, async (leaseToken) => {
    await waitForHidden(stage, deadLetterQueueUrl, options);
    return listDeadLetters(stage, consumer, { ...options, leaseToken });
  });
  if (look.kind === "looked") return planOf(look.value, filter);
  const remarks = [remarkOnLease(look.by)];
  return { consumer: name, from: "consumer", orders: [], letters: 0, remarks, leasedBy: look.by };
};
