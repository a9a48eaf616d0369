/**
 * Waits until the bus has nothing left to do: every order has reached every consumer or is parked
 * there, and no queue holds a message. What it asks is the audit itself, at growing intervals that
 * leave most of the machine to the bus; there is no time after which it takes this for granted.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Audit, ConsumerAudit } from "./audit/audit.ts";
import { auditOrders } from "./audit/audit-orders.ts";
import { queueDepth } from "./queue-depth.ts";
import type { Stage } from "./stage-clients.ts";

export type WaitOptions = {
  /** Gives up when nothing has moved for so long: a slow bus is no broken one. */
  readonly stallSeconds?: number;
  /** Told after each look: events settled at a consumer, of as many as there will be. */
  readonly onProgress?: (settled: number, total: number) => void;
  readonly signal?: AbortSignal;
};

/** A dead letter takes up to some minutes to bounce its way out of its queue. */
const STALL_SECONDS = 180;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 5_000;
/** Waits at least so many times as long as a look takes. */
const REST = 3;

const isDrained = ({ behind, waiting, missing }: ConsumerAudit): boolean =>
  behind === 0 && waiting === 0 && missing === 0;

const settledEvents = ({ consumers }: Audit): number =>
  consumers.reduce(
    (sum, { applied, parkedEvents, exhaustedEvents }) =>
      sum + applied + parkedEvents + exhaustedEvents,
    0,
  );

/** Changes whenever the bus has moved anything at all. */
const fingerprint = ({ events, consumers }: Audit): string =>
  [
    events,
    ...consumers.flatMap((c) => [c.applied, c.parkedEvents, c.waiting, c.deadLetters]),
  ].join();

const describe = ({ name, behind, behindOrders, waiting, missing }: ConsumerAudit): string => {
  const such = behind === 0 ? "" : ` (such as ${behindOrders.join(", ")})`;
  const lost = missing === 0 ? "" : `, ${missing} parked events in no queue`;
  return `${name} is behind on ${behind} orders${such} with ${waiting} messages waiting${lost}`;
};

const stallError = async (stage: Stage, audit: Audit, stallSeconds: number): Promise<Error> => {
  const late = audit.consumers.filter((consumer) => !isDrained(consumer)).map(describe);
  const { ParkingQueueUrl } = stage.outputs;
  const parked = ParkingQueueUrl === undefined ? 0 : await queueDepth(stage.sqs, ParkingQueueUrl);
  const relay = parked === 0 ? "" : `; the relay has parked ${parked} entries that it cannot send`;
  return new Error(
    `nothing has moved for ${stallSeconds} s: ${late.join("; ")}${relay}. ` +
      "Look at the logs of these consumers' functions, and of the relay.",
  );
};

/** The audit that found it drained. */
export const waitUntilDrained = async (
  stage: Stage,
  { stallSeconds = STALL_SECONDS, onProgress, signal }: WaitOptions = {},
): Promise<Audit> => {
  let waitMs = FIRST_WAIT_MS;
  let last = "";
  let movedAt = performance.now();
  for (;;) {
    const startedAt = performance.now();
    const audit = await auditOrders(stage);
    onProgress?.(settledEvents(audit), audit.events * audit.consumers.length);
    if (audit.consumers.every(isDrained)) return audit;
    const now = performance.now();
    const current = fingerprint(audit);
    if (current !== last) {
      movedAt = now;
      waitMs = FIRST_WAIT_MS;
    } else if (now - movedAt > stallSeconds * 1_000) {
      throw await stallError(stage, audit, stallSeconds);
    }
    last = current;
    await sleep(Math.max(waitMs, REST * (now - startedAt)), undefined, {
      ...(signal && { signal }),
    });
    waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 1.5);
  }
};
