import { START_MS } from "../bus.ts";
import { placeOf } from "../place-of.ts";
import type { LongRun } from "./play-long-run.ts";

/** Orders with at least one message in the dead-letter queue. */
export const deadOrders = ({ consumer }: LongRun): ReadonlySet<string> =>
  new Set(consumer.deadLetters.messages().map(({ body }) => placeOf(body).orderId));

/** Orders whose head SQS moved with no decision of ours: its receives were spent first. */
export const exhaustedOrders = ({ bus, consumer }: LongRun): number => {
  const { name } = consumer.spec;
  const decided = bus.history.decided.get(name) ?? new Set();
  const isHead = ({ orderId, sequence }: ReturnType<typeof placeOf>) =>
    sequence === (bus.tables.rows(name).get(orderId)?.seq ?? 0) + 1;
  return consumer.deadLetters
    .messages()
    .filter(({ body, messageId }) => isHead(placeOf(body)) && !decided.has(messageId)).length;
};

/** The most receives that any message had when SQS moved it. */
export const mostReceives = ({ bus, consumer }: LongRun): number =>
  Math.max(
    0,
    ...(bus.history.moves.get(consumer.spec.name) ?? []).map(({ receiveCount }) => receiveCount),
  );

/** When the last message reached the dead-letter queue, from the start. */
export const lastMoveMs = ({ consumer }: LongRun): number =>
  Math.max(START_MS, ...consumer.deadLetters.messages().map(({ sentAtMs }) => sentAtMs)) - START_MS;

/** When the last event was applied, from the start. */
export const lastAppliedMs = ({ bus }: LongRun): number =>
  Math.max(START_MS, ...bus.history.applied.map(({ atMs }) => atMs)) - START_MS;

/** From an event's time to its effect, of the orders asked for, in order of size. */
export const latenciesMs = (
  { bus }: LongRun,
  isAsked: (orderId: string) => boolean,
): readonly number[] =>
  bus.history.applied
    .filter(({ orderId }) => isAsked(orderId))
    .map(({ orderId, toSeq, atMs }) => {
      const time = bus.orders.get(orderId)?.events[toSeq - 1]?.time ?? "";
      return atMs - Date.parse(time);
    })
    .sort((a, b) => a - b);

export const p99Ms = (run: LongRun, isAsked: (orderId: string) => boolean): number => {
  const sorted = latenciesMs(run, isAsked);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0;
};
