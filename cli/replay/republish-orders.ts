/**
 * Sends events from the store to the topic again, the same bytes under the same ids: what the stream
 * or the relay lost. A consumer that has an event drops it, so too much does no harm. SNS drops an
 * id that it has taken within the last 5 minutes (1.9): that one was not lost.
 */
import { snsOrderTopic } from "../../lambdas/aws/sns-order-topic.ts";
import type { OrderItem } from "../../lambdas/core/order-item.ts";
import type { Stage } from "../stage-clients.ts";
import { firstWithin, type OrderChoice, planSends } from "./choose-orders.ts";
import type { EventSpan, SendOptions, SendPlan, SendReport } from "./event-span.ts";
import { sendSpans } from "./send-spans.ts";

export type RepublishChoice = OrderChoice & {
  /** Of each order only the events from this sequence on. */
  readonly fromSequence?: number;
};

const spanOf = (item: OrderItem, { within, fromSequence = 1 }: RepublishChoice): EventSpan[] => {
  const first = within === undefined ? 1 : firstWithin(item, within);
  if (first === 0) return [];
  // To its end: what came after the lost one waits for it, or lies dead behind it.
  return [{ orderId: item.orderId, from: Math.max(first, fromSequence), to: item.version }];
};

/** Writes and sends nothing. */
export const planRepublish = (
  stage: Stage,
  choice: RepublishChoice,
  signal?: AbortSignal,
): Promise<SendPlan> =>
  planSends(stage, choice, {
    planPage: (items) => items.flatMap((item) => spanOf(item, choice)),
    signal,
  });

export const republishOrders = (
  stage: Stage,
  spans: readonly EventSpan[],
  options: SendOptions = {},
): Promise<SendReport> => {
  const topic = snsOrderTopic(stage.sns, stage.outputs.TopicArn);
  return sendSpans(stage, spans, { ...options, send: topic.publish });
};
