/**
 * A letter whose predecessor is in the consumer's queue, sent by a run that was killed or by SQS
 * itself, is due as soon as that is applied.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { queueDepth } from "../queue-depth.ts";
import type { Stage } from "../stage-clients.ts";
import type { ConsumerOutput } from "../stage-outputs.ts";
import { readRows } from "./read-dead-rows.ts";
import { isDueNow, noteApplied, type RunMemory } from "./sort-letters.ts";

export type Waiting = {
  readonly stage: Stage;
  readonly consumer: ConsumerOutput;
  readonly memory: RunMemory;
  readonly signal: AbortSignal;
};

const LOOK_EVERY_MS = 1_000;
/** Nothing of these orders is applied for so long: their predecessors are dead too, or lost. */
const PATIENCE_MS = 60_000;

/** Whether one of the letters is due by now; not while nothing is on its way. */
export const awaitPredecessors = async (
  { stage, consumer, memory, signal }: Waiting,
  letters: readonly { readonly orderId: string; readonly sequence: number }[],
): Promise<boolean> => {
  const orderIds = [...new Set(letters.map(({ orderId }) => orderId))];
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    // The queue before the rows: what left it meanwhile is seen in them.
    const onTheirWay = await queueDepth(stage.sqs, consumer.queueUrl);
    const rows = await readRows(stage, consumer.name, orderIds);
    for (const { orderId, seq } of rows.values()) noteApplied(memory, orderId, seq);
    if (letters.some((letter) => isDueNow(memory, letter))) return true;
    if (onTheirWay === 0 || performance.now() > giveUpAt || signal.aborted) return false;
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
};
