/** Looks for what a consumer lacks: in its dead-letter queues, and then once more in its rows. */
import { newRow } from "../../lambdas/core/ledger-row.ts";
import { lookAlone } from "../dead-letters/look-alone.ts";
import { peekLetters } from "../dead-letters/peek-letters.ts";
import { queueCounts, queueDepth } from "../queue-depth.ts";
import { readRows } from "../replay/read-rows.ts";
import type { Stage } from "../stage-clients.ts";
import type { ConsumerOutput } from "../stage-outputs.ts";
import { findEvent, isFault, type Missing, type Whereabouts } from "./find-event.ts";

export type Traced = { readonly missing: Missing; readonly where: Whereabouts };

export type Tracing = {
  readonly consumer: ConsumerOutput;
  /** Messages in its queue, as counted before. */
  readonly waiting: number;
  readonly nowMs: number;
  readonly signal?: AbortSignal | undefined;
};

type Heads = { readonly sequences: ReadonlyMap<string, number>; readonly complete: boolean };

/** The sequence of each order's first letter. */
const readHeads = async (
  { sqs }: Stage,
  queueUrl: string,
  signal: AbortSignal | undefined,
): Promise<Heads> => {
  const { waiting: visible, inFlight } = await queueCounts(sqs, queueUrl);
  if (visible === 0) return { sequences: new Map(), complete: inFlight === 0 };
  const { heads, complete } = await peekLetters(sqs, queueUrl, { visible, signal });
  const sequences = new Map([...heads].map(([orderId, { sequence }]) => [orderId, sequence]));
  return { sequences, complete: complete && inFlight === 0 };
};

const UNSEEN: Heads = { sequences: new Map(), complete: false };

/** Unseen while a run of `bus dlq` holds letters: a look would hide others from it. */
const readHeadsAlone = async (
  stage: Stage,
  { name }: ConsumerOutput,
  queueUrls: readonly string[],
  signal: AbortSignal | undefined,
): Promise<readonly Heads[]> => {
  const look = await lookAlone(stage, name, { signal }, async (either) => {
    const heads: Heads[] = [];
    for (const url of queueUrls) heads.push(await readHeads(stage, url, either));
    return heads;
  });
  // What was seen until then proves nothing.
  signal?.throwIfAborted();
  return look.kind === "looked" ? look.value : [];
};

/** Those that have not been applied, decided or redriven since they were read. */
const confirm = async (
  stage: Stage,
  consumer: string,
  suspects: readonly Missing[],
): Promise<Missing[]> => {
  const rows = await readRows(
    stage,
    consumer,
    suspects.map(({ orderId }) => orderId),
  );
  return suspects.flatMap((missing) => {
    const row = rows.get(missing.orderId) ?? newRow(missing.orderId);
    const dead = row.life?.seq === missing.next ? row.life.dead : undefined;
    const isAsBefore = (dead !== undefined) === (missing.standing === "parked");
    if (row.seq >= missing.next || !isAsBefore) return [];
    return [dead === undefined ? missing : { ...missing, deadAtMs: dead.atMs }];
  });
};

export type Trace = {
  readonly traced: readonly Traced[];
  /** Orders with letters in the dead-letter queue that none of these lack. */
  readonly strangers: number;
};

export const traceMissing = async (
  stage: Stage,
  all: readonly Missing[],
  { consumer, waiting, nowMs, signal }: Tracing,
): Promise<Trace> => {
  if (all.length === 0) return { traced: [], strangers: 0 };
  const { queueUrl, deadLetterQueueUrl, subscriptionDeadLetterQueueUrl } = consumer;
  const urls = [deadLetterQueueUrl, subscriptionDeadLetterQueueUrl];
  const [dead = UNSEEN, undelivered = UNSEEN] = await readHeadsAlone(stage, consumer, urls, signal);
  // What went from one queue to the other meanwhile is in one of the two counts.
  const still = Math.max(waiting, await queueDepth(stage.sqs, queueUrl));
  const judge = (missing: Missing): Traced => {
    const { orderId } = missing;
    const sighting = {
      deadLetter: dead.sequences.get(orderId),
      undelivered: undelivered.sequences.get(orderId),
      ...{ waiting: still, complete: dead.complete && undelivered.complete },
    };
    return { missing, where: findEvent(missing, sighting, nowMs) };
  };
  const first = all.map(judge);
  const suspects = first.filter(({ where }) => isFault(where)).map(({ missing }) => missing);
  const confirmed = await confirm(stage, consumer.name, suspects);
  const own = new Set(all.map(({ orderId }) => orderId));
  return {
    traced: [...first.filter(({ where }) => !isFault(where)), ...confirmed.map(judge)],
    strangers: [...dead.sequences.keys()].filter((orderId) => !own.has(orderId)).length,
  };
};

/** Of orders that seem to be behind, those whose next event SQS moved without a decision. */
export const findExhausted = async (
  stage: Stage,
  all: readonly Missing[],
  { consumer, signal }: Tracing,
): Promise<ReadonlySet<string>> => {
  const urls = [consumer.deadLetterQueueUrl];
  const [{ sequences } = UNSEEN] = await readHeadsAlone(stage, consumer, urls, signal);
  const found = all.filter(({ orderId, next }) => sequences.get(orderId) === next);
  return new Set(found.map(({ orderId }) => orderId));
};
