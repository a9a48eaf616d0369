import { setTimeout as sleep } from "node:timers/promises";
import { dynamoLedger } from "../../lambdas/aws/dynamo-ledger.ts";
import type { FailureText } from "../../lambdas/core/ledger-row.ts";
import type { Stage } from "../stage-clients.ts";

export type CanaryResult =
  | { readonly kind: "applied"; readonly orderId: string }
  /** The consumer has tried it and failed. */
  | {
      readonly kind: "failed";
      readonly orderId: string;
      readonly sequence: number;
      readonly error: Pick<FailureText, "name" | "message">;
    }
  /** Neither within the time: it waits in the queue, or its consumer is paused. */
  | { readonly kind: "unknown"; readonly orderId: string; readonly waitedSeconds: number }
  | { readonly kind: "interrupted"; readonly orderId: string };

export type Canary = {
  readonly consumer: string;
  readonly orderId: string;
  /** It is well when the row has come so far. */
  readonly upToSequence: number;
  /** The ids of its new messages: what the row says of older ones no longer counts. */
  readonly sentIds: ReadonlySet<string>;
  readonly seconds: number;
  readonly signal: AbortSignal;
};

const LOOK_EVERY_MS = 250;

/** One failed attempt is enough: who redrives believes that the cause is mended. */
export const watchCanary = async (stage: Stage, canary: Canary): Promise<CanaryResult> => {
  const { consumer, orderId, upToSequence, sentIds, seconds, signal } = canary;
  const place = { dedupTable: stage.outputs.DedupTable, consumer, dataTables: {} };
  const ledger = dynamoLedger(stage.dynamo, place);
  // An unreadable message has a row of its own, under its new id.
  const [sentId = ""] = sentIds;
  const key = orderId.startsWith("#") ? `#message/${sentId}` : orderId;
  const untilMs = performance.now() + seconds * 1_000;
  while (!signal.aborted) {
    const row = (await ledger.read([key])).get(key);
    if (row === undefined || row.seq >= upToSequence) return { kind: "applied", orderId };
    const { life } = row;
    if (life !== undefined && life.seq > row.seq && sentIds.has(life.messageId)) {
      const text = life.error ?? life.dead;
      if (text !== undefined) {
        const { name, message } = life.error ?? { name: life.dead?.cause ?? "", message: "" };
        return { kind: "failed", orderId, sequence: life.seq, error: { name, message } };
      }
    }
    if (performance.now() > untilMs) return { kind: "unknown", orderId, waitedSeconds: seconds };
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
  return { kind: "interrupted", orderId };
};
