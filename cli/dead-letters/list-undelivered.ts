/** What SNS could not deliver to a consumer's queue: its subscription's own dead-letter queue. */

import { dueAt } from "../due-at.ts";
import { queueCounts, queueDepth } from "../queue-depth.ts";
import { readHistoriesOf } from "../read-histories.ts";
import type { Stage } from "../stage-clients.ts";
import { consumerNamed } from "../stage-outputs.ts";
import type { Lease } from "./dead-letter.ts";
import { type LookOptions, lookAlone } from "./look-alone.ts";
import { PARTLY_SEEN, peekLetters } from "./peek-letters.ts";
import { readRows } from "./read-dead-rows.ts";
import { remarkOnLease } from "./redrive-lease.ts";
import { skipsOf } from "./skips.ts";

export type UndeliveredOrder = {
  readonly orderId: string;
  /** The first of its events there; there may be more behind it. */
  readonly sequence: number;
  readonly eventType?: string;
  readonly sinceMs: number;
  /** The last event that the consumer has applied. */
  readonly appliedSequence: number;
  readonly toSequence: number;
  /** The events from that one to the last which it does not handle. */
  readonly skips?: readonly number[];
};

export type UndeliveredList = {
  readonly consumer: string;
  readonly orders: readonly UndeliveredOrder[];
  readonly depth: number;
  readonly remarks: readonly string[];
  /** Letters were hidden by somebody, or not looked at: orders may be missing. */
  readonly partlySeen?: true;
  /** Somebody redrives here: then the queue was not looked into. */
  readonly leasedBy?: Lease;
};

export const listUndelivered = async (
  stage: Stage,
  name: string,
  options: LookOptions = {},
): Promise<UndeliveredList> => {
  const consumer = consumerNamed(stage.outputs, name);
  const url = consumer.subscriptionDeadLetterQueueUrl;
  const look = await lookAlone(stage, consumer.name, options, async (signal) => {
    const counts = await queueCounts(stage.sqs, url);
    return { counts, ...(await peekLetters(stage.sqs, url, { visible: counts.waiting, signal })) };
  });
  if (look.kind === "leased") {
    const depth = await queueDepth(stage.sqs, url);
    const remarks = [remarkOnLease(look.by)];
    return { consumer: consumer.name, orders: [], depth, remarks, leasedBy: look.by };
  }
  const { heads, complete, counts } = look.value;
  const { waiting, inFlight } = counts;
  const depth = waiting + inFlight;
  const orderIds = [...heads.keys()];
  const rows = await readRows(stage, consumer.name, orderIds);
  const histories = await readHistoriesOf(stage, orderIds);
  const due = dueAt(stage.outputs, consumer);
  const orders = [...heads].map(([orderId, { sequence, eventType, sentAtMs }]) => {
    const types = histories.get(orderId);
    const toSequence = Math.max(sequence, types?.length ?? 0);
    return {
      ...{ orderId, sequence, sinceMs: sentAtMs, toSequence },
      ...(eventType === undefined ? {} : { eventType }),
      appliedSequence: rows.get(orderId)?.seq ?? 0,
      ...skipsOf({ types, due }, { fromSequence: sequence, toSequence }),
    };
  });
  const hidden = `${inFlight} letters were hidden: somebody polls the queue; they may be missing here`;
  // Hidden ones may be counted that nobody hides any more: not where each was seen.
  const isHidden = inFlight > 0 && heads.size < depth;
  const remarks = [...(complete ? [] : [PARTLY_SEEN]), ...(isHidden ? [hidden] : [])];
  const partly = !complete || isHidden;
  return {
    ...{ consumer: consumer.name, orders, depth, remarks },
    ...(partly ? { partlySeen: true } : {}),
  };
};
