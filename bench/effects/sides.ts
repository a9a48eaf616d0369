import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { Tables } from "./bench-tables.ts";

export const CONSUMERS = ["inventory", "loyalty", "recommendation", "warehouse", "fraud"] as const;
export type ConsumerName = (typeof CONSUMERS)[number];

/** Who does the five effects, and what tables and charts call them. */
export const SIDES = {
  ours: "(a) this bus",
  powertools: "(b) Powertools idempotency and batch",
  "powertools-picky": "(b), skipping unhandled types before makeIdempotent",
  "powertools-single": "(b), counters side by side instead of in one transaction",
  marker: "(c) a transaction of marker and effect an event",
} as const;
export type Side = keyof typeof SIDES;

/** A Lambda function on a queue. */
export type QueueFunction = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** What one execution environment is made of. */
export type EnvironmentSpec = {
  readonly side: Side;
  readonly consumer: ConsumerName;
  readonly tables: Tables;
};

export const INITIAL_STOCK = 1_000_000;
export const TIMEOUT_SECONDS = 30;
/** Six times the function's timeout, as AWS advises and our stack refuses to go below (3.6). */
export const VISIBILITY_SECONDS = 6 * TIMEOUT_SECONDS;
/** The most that a batch of a FIFO queue holds (3.1). */
export const BATCH_SIZE = 10;
