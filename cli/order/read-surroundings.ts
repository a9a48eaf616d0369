import { queueCounts, queueDepth } from "../queue-depth.ts";
import type { Stage } from "../stage-clients.ts";
import type { ConsumerOutput } from "../stage-outputs.ts";
import { type MappingState, readMappingState } from "../status/read-mapping-state.ts";

/** Of a consumer that an event has not come to: where it may be, as far as counts tell. */
export type Surroundings = {
  /** Left out: not known. */
  readonly mapping?: MappingState;
  /** Messages in its queue, of whatever orders. */
  readonly waiting: number;
  readonly inFlight: number;
  /** What SNS could not deliver to its queue, of whatever orders. */
  readonly undelivered: number;
};

const PATIENCE_MS = 5_000;

export const readSurroundings = async (
  stage: Stage,
  consumer: ConsumerOutput,
): Promise<Surroundings> => {
  const [counts, undelivered, mapping] = await Promise.all([
    queueCounts(stage.sqs, consumer.queueUrl),
    queueDepth(stage.sqs, consumer.subscriptionDeadLetterQueueUrl),
    readMappingState(stage, consumer, AbortSignal.timeout(PATIENCE_MS)).catch(() => undefined),
  ]);
  return { ...(mapping === undefined ? {} : { mapping }), ...counts, undelivered };
};
