/**
 * Sends events from the store straight to one consumer's queue, under fresh deduplication ids, so
 * that SQS takes them whatever it has seen (2.8).
 *
 * A watermark is never lowered: what the consumer has applied stays a no-op and is not even sent.
 * So this fills gaps. A rebuild is a new generation of the consumer and a backfill.
 */
import { randomUUID } from "node:crypto";
import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import type { Publication, PublishResult } from "../../lambdas/core/ports.ts";
import { dueAfter, dueAt } from "../due-at.ts";
import type { Stage } from "../stage-clients.ts";
import type { ConsumerOutput } from "../stage-outputs.ts";
import { firstWithin, type OrderChoice, planSends } from "./choose-orders.ts";
import type { EventSpan, SendOptions, SendPlan, SendReport } from "./event-span.ts";
import { readRows } from "./read-rows.ts";
import { sendSpans } from "./send-spans.ts";

export type ReplayPlan = SendPlan & {
  /** Orders chosen of which nothing more is due at the consumer: nothing is sent of them. */
  readonly upToDate: number;
};

/** What the consumer lacks of the chosen orders, from its next due events on, so that no hole is left. */
export const planReplay = async (
  stage: Stage,
  { consumer, ...choice }: OrderChoice & { readonly consumer: ConsumerOutput },
  signal?: AbortSignal,
): Promise<ReplayPlan> => {
  const { within } = choice;
  const due = dueAt(stage.outputs, consumer);
  let upToDate = 0;
  const planPage = async (items: readonly OrderItem[]): Promise<EventSpan[]> => {
    const chosen = items.filter((item) => within === undefined || firstWithin(item, within) > 0);
    const ids = chosen.map(({ orderId }) => orderId);
    const rows = await readRows(stage, consumer.name, ids);
    return chosen.flatMap(({ orderId, events }) => {
      const types = events.map(({ type }) => type);
      const lacking = dueAfter(types, due, rows.get(orderId)?.seq ?? 0);
      const [from, to = from] = [lacking[0], lacking.at(-1)];
      if (from !== undefined && to !== undefined) return [{ orderId, from, to }];
      upToDate++;
      return [];
    });
  };
  const plan = await planSends(stage, choice, { planPage, signal });
  return { ...plan, upToDate };
};

const toEntry = ({ orderId, body }: Publication, index: number) => ({
  Id: String(index),
  MessageBody: body,
  MessageGroupId: orderId,
  MessageDeduplicationId: randomUUID(),
});

/** Entries fail one by one; one that SQS says nothing of counts as failed. */
const queueSender =
  (sqs: SQSClient, QueueUrl: string) =>
  async (entries: readonly Publication[]): Promise<readonly PublishResult[]> => {
    const failed = (name: string): PublishResult => ({
      kind: "failed",
      error: { name, message: "" },
    });
    try {
      const command = new SendMessageBatchCommand({ QueueUrl, Entries: entries.map(toEntry) });
      const { Successful = [], Failed = [] } = await sqs.send(command);
      const taken = new Set(Successful.map(({ Id }) => Id));
      return entries.map((_, index) => {
        if (taken.has(String(index))) return { kind: "published" };
        return failed(Failed.find(({ Id }) => Id === String(index))?.Code ?? "NoResult");
      });
    } catch (error) {
      const name = error instanceof Error ? error.name : "Thrown";
      return entries.map(() => failed(name));
    }
  };

export const replayOrders = (
  stage: Stage,
  { consumer, spans }: { readonly consumer: ConsumerOutput; readonly spans: readonly EventSpan[] },
  options: SendOptions = {},
): Promise<SendReport> =>
  sendSpans(stage, spans, { ...options, send: queueSender(stage.sqs, consumer.queueUrl) });
