/**
 * Letters that somebody hides are waited for, before a plan and after one that could not see all:
 * what a killed run or look had in its hands comes back by itself.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { queueCounts } from "../queue-depth.ts";
import type { Stage } from "../stage-clients.ts";
import type { RedrivePlan } from "./plan.ts";
import { hideLetters, receiveLetters } from "./receive-letters.ts";
import { LOOK, leaseHolder } from "./redrive-lease.ts";

export type Patience = {
  /** How long; without it not at all. */
  readonly patienceSeconds?: number;
  /** Told once, when it comes to waiting. */
  readonly onWait?: () => void;
  readonly signal?: AbortSignal | undefined;
};

type Queue = { readonly name: string; readonly url: string };

const LOOK_EVERY_MS = 500;
const PROBE_EVERY = 20;
const PROBE = { max: 1, hideSeconds: 5, waitSeconds: 0 };

/** A queue may count a letter as hidden until the next receive: the embedded ones do. */
const probe = async ({ sqs }: Stage, { url }: Queue): Promise<void> => {
  const letters = await receiveLetters(sqs, url, PROBE);
  const handles = letters.map(({ receiptHandle }) => receiptHandle);
  await hideLetters(sqs, url, handles, 0);
};

const pause = (signal: AbortSignal | undefined): Promise<void> =>
  sleep(LOOK_EVERY_MS, undefined, signal && { signal }).catch(() => {});

/** Until no letter is hidden. What a run holds is not waited for: whoever plans is told of the run. */
const waitForHidden = async (
  stage: Stage,
  queue: Queue,
  { goesOn, signal, onWait }: Patience & { readonly goesOn: () => boolean },
): Promise<void> => {
  for (let looks = 0; goesOn(); looks++) {
    if ((await queueCounts(stage.sqs, queue.url)).inFlight === 0) return;
    const by = await leaseHolder(stage, queue.name);
    if (by !== undefined && by.act !== LOOK) return;
    if (looks === 1) onWait?.();
    if (looks % PROBE_EVERY === 0) await probe(stage, queue);
    else await pause(signal);
  }
};

/** The last plan that was made; one that is not all says so. */
export const planPatiently = async (
  stage: Stage,
  queue: Queue,
  { patienceSeconds = 0, onWait, signal }: Patience,
  makePlan: () => Promise<RedrivePlan>,
): Promise<RedrivePlan> => {
  const giveUpAt = performance.now() + patienceSeconds * 1_000;
  const goesOn = () => performance.now() < giveUpAt && !signal?.aborted;
  let isTold = false;
  const tell = () => {
    if (!isTold) onWait?.();
    isTold = true;
  };
  for (;;) {
    await waitForHidden(stage, queue, { goesOn, signal, onWait: tell });
    const plan = await makePlan();
    if (plan.partlySeen === undefined || plan.leasedBy !== undefined || !goesOn()) return plan;
    tell();
    await pause(signal);
  }
};
