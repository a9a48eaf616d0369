/** What a plan takes for granted unless it is told; a test holds them to the stack. */
const CONSUMERS = 5;
const CONCURRENCY = 20;

export const PLAN_DEFAULTS = {
  /** Of a consumer, in `lib/stage-settings.ts`. */
  concurrency: CONCURRENCY,
  reservedElsewhere: (CONSUMERS - 1) * CONCURRENCY,
  /** Of a consumer's function. */
  memoryGb: 0.5,
  apiMemoryGb: 0.5,
  relayMemoryGb: 0.25,
  /** Assumed, not measured: a slot also receives and deletes, and some batches are not full. */
  busyShare: 0.7,
} as const;
