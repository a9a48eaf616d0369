import { setTimeout as sleep } from "node:timers/promises";
import { queueCounts } from "../queue-depth.ts";
import type { Stage } from "../stage-clients.ts";
import { consumerNamed } from "../stage-outputs.ts";
import { type ListOptions, listDeadLetters } from "./list-dead-letters.ts";
import { type DeadLetterFilter, planOf, type RedrivePlan } from "./plan.ts";
import { leaseHolder } from "./redrive-lease.ts";

export type PlanOptions = ListOptions & {
  readonly filter?: DeadLetterFilter;
  /** How long to wait for letters that somebody hides: a killed run's come back by themselves. */
  readonly patienceSeconds?: number;
  /** Told once, with how many are hidden, when they have to be waited for. */
  readonly onWait?: (hidden: number) => void;
};

const LOOK_EVERY_MS = 500;

/** Not for what another run holds: whoever asks is told of that run at once, not once it is over. */
const waitForHidden = async (
  stage: Stage,
  { name, deadLetterQueueUrl }: { readonly name: string; readonly deadLetterQueueUrl: string },
  { patienceSeconds = 0, onWait, signal, nowMs }: PlanOptions,
): Promise<void> => {
  const giveUpAt = performance.now() + patienceSeconds * 1_000;
  for (let isTold = false; performance.now() < giveUpAt && !signal?.aborted; isTold = true) {
    const { inFlight } = await queueCounts(stage.sqs, deadLetterQueueUrl);
    if (inFlight === 0 || (await leaseHolder(stage, name, nowMs?.())) !== undefined) return;
    if (!isTold) onWait?.(inFlight);
    await sleep(LOOK_EVERY_MS, undefined, signal && { signal }).catch(() => {});
  }
};

/** What a redrive with this filter would do now. Nothing is changed. */
export const planRedrive = async (
  stage: Stage,
  consumer: string,
  options: PlanOptions = {},
): Promise<RedrivePlan> => {
  await waitForHidden(stage, consumerNamed(stage.outputs, consumer), options);
  return planOf(await listDeadLetters(stage, consumer, options), options.filter);
};
