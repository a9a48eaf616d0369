import type { Publication, PublishResult } from "../../lambdas/core/ports.ts";
import { rateLimitOf } from "../limit-rate.ts";
import type { Stage } from "../stage-clients.ts";
import {
  type EventSpan,
  eventsOf,
  type FailedSend,
  type SendOptions,
  type SendReport,
} from "./event-span.ts";
import { readOrders } from "./read-orders.ts";
import { type Lane, sendInWaves } from "./send-in-waves.ts";

type Send = (entries: readonly Publication[]) => Promise<readonly PublishResult[]>;

const faultOf = ({ item, next, fault }: Lane): FailedSend[] =>
  fault === undefined ? [] : [{ orderId: item.orderId, sequence: next, why: fault }];

/** Composes the events of the spans from the store, as they were, and sends them in sequence. */
export const sendSpans = async (
  stage: Stage,
  spans: readonly EventSpan[],
  { send, ...options }: SendOptions & { readonly send: Send },
): Promise<SendReport> => {
  const { eventsPerSecond, onProgress, signal } = options;
  const total = eventsOf(spans);
  const left = new Map(spans.map((span) => [span.orderId, span]));
  const rate = rateLimitOf(eventsPerSecond);
  const failed: FailedSend[] = [];
  let sent = 0;
  const onSent = (events: number): void => {
    sent += events;
    onProgress?.(sent, total);
  };
  for await (const items of readOrders(stage, [...left.keys()])) {
    if (signal?.aborted) break;
    const lanes: Lane[] = items.flatMap((item) => {
      const span = left.get(item.orderId);
      left.delete(item.orderId);
      if (span === undefined) return [];
      return [{ item, next: span.from, to: Math.min(span.to, item.version) }];
    });
    await sendInWaves(lanes, { send, rate, onSent, signal });
    failed.push(...lanes.flatMap(faultOf));
  }
  if (!signal?.aborted) {
    for (const { orderId, from } of left.values()) {
      failed.push({ orderId, sequence: from, why: "NoSuchOrder" });
    }
  }
  return { sent, failed, unsent: total - sent - failed.length };
};
