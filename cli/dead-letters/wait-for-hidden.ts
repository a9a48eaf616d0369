import { setTimeout as sleep } from "node:timers/promises";
import { queueCounts } from "../queue-depth.ts";
import type { Stage } from "../stage-clients.ts";
import { hideLetters, receiveLetters } from "./receive-letters.ts";

export type Patience = {
  /** How long to wait for letters that somebody hides: a killed run's come back by themselves. */
  readonly patienceSeconds?: number;
  /** Told once, with how many are hidden, when they have to be waited for. */
  readonly onWait?: (hidden: number) => void;
  readonly signal?: AbortSignal | undefined;
};

const LOOK_EVERY_MS = 500;
const PROBE_EVERY = 10;
const PROBE = { max: 1, hideSeconds: 5, waitSeconds: 0 };

/** A queue may count a letter as hidden until the next receive: the embedded ones do. */
const probe = async ({ sqs }: Stage, queueUrl: string): Promise<void> => {
  const letters = await receiveLetters(sqs, queueUrl, PROBE);
  const handles = letters.map(({ receiptHandle }) => receiptHandle);
  await hideLetters(sqs, queueUrl, handles, 0);
};

/** Until no letter of the queue is hidden; or for so long, or it is told to stop. */
export const waitForHidden = async (
  stage: Stage,
  queueUrl: string,
  { patienceSeconds = 0, onWait, signal }: Patience,
): Promise<void> => {
  const giveUpAt = performance.now() + patienceSeconds * 1_000;
  for (let looks = 0; performance.now() < giveUpAt && !signal?.aborted; looks++) {
    const { inFlight } = await queueCounts(stage.sqs, queueUrl);
    if (inFlight === 0) return;
    if (looks === 1) onWait?.(inFlight);
    if (looks % PROBE_EVERY === 0) await probe(stage, queueUrl);
    else await sleep(LOOK_EVERY_MS, undefined, signal && { signal }).catch(() => {});
  }
};
