import type { Arrival } from "./arrival.ts";
import type { ConsumerContext } from "./consumer-context.ts";
import { isDone, type Outcome, returnAfterSeconds } from "./outcome.ts";

export type Result = { readonly arrival: Arrival; readonly outcome: Outcome };

/** By sequence; of two copies of one event the later sent comes first, and makes the other done. */
const inSequence = (a: Arrival, b: Arrival): number =>
  a.sequence - b.sequence ||
  b.message.sentAtMs - a.message.sentAtMs ||
  (a.message.messageId < b.message.messageId ? 1 : -1);

/** An order's things of a batch, in sequence. */
export const byOrder = <T>(
  items: readonly T[],
  arrivalOf: (item: T) => Arrival,
): readonly (readonly [orderId: string, items: readonly T[]])[] => {
  const groups = Map.groupBy(items, (item) => arrivalOf(item).orderId);
  return [...groups].map(([orderId, group]) => [
    orderId,
    group.sort((a, b) => inSequence(arrivalOf(a), arrivalOf(b))),
  ]);
};

/**
 * Says when what is not done comes back: an order's followers at once, its first message after
 * its outcome's delay. In two calls, the first messages last: until then the followers are still
 * hidden, and afterwards SQS holds them back itself, since a hidden message locks its group (2.7).
 */
export const giveBack = async (
  context: ConsumerContext,
  results: readonly Result[],
): Promise<void> => {
  const returning = results.filter(({ outcome }) => !isDone(outcome));
  if (returning.length === 0) return;
  const orders = byOrder(returning, ({ arrival }) => arrival).map(([, order]) => order);
  const followers = orders.flatMap((order) => order.slice(1).reverse());
  const firsts = orders.flatMap((order) => order.slice(0, 1));
  await context.queue.hide(
    followers.map(({ arrival }) => ({ message: arrival.message, seconds: 0 })),
  );
  await context.queue.hide(
    firsts.map(({ arrival: { message }, outcome }) => ({
      message,
      seconds: returnAfterSeconds(outcome, message, context.rules, context.random),
    })),
  );
};
