import type { QueueCounts } from "../queue-depth.ts";
import type { DeadOrder } from "./dead-letter.ts";
import { sumLetters } from "./plan.ts";

export type Counts = {
  /** Before anything was received here. */
  readonly deadLetters: QueueCounts;
  /** Messages in the consumer's own queue. */
  readonly source: number;
};

/**
 * Whether letters may have been hidden from the look. Hidden ones may be counted that nobody hides
 * any more (all counts are approximate), so where all is explained, none was.
 */
export const isPartlySeen = (
  orders: readonly DeadOrder[],
  { waiting, inFlight }: QueueCounts,
): boolean => {
  const depth = waiting + inFlight;
  const seen = orders.filter((order) => order.seen);
  // Letters are there that no order with a seen one explains: some unseen order's.
  if (seen.length < orders.length && depth > sumLetters(seen)) return true;
  return inFlight > 0 && depth !== sumLetters(seen);
};

/** Whether the queue holds as many letters as the orders explain, and if not, what may be why. */
export const reconcile = (
  orders: readonly DeadOrder[],
  { deadLetters, source }: Counts,
): readonly string[] => {
  const { waiting, inFlight } = deadLetters;
  const expected = sumLetters(orders);
  const depth = waiting + inFlight;
  const remarks: string[] = [];
  if (inFlight > 0 && isPartlySeen(orders, deadLetters)) {
    remarks.push(
      `${inFlight} letters were hidden: somebody polls the queue, or a run or a look was killed ` +
        "less than two minutes ago; their orders may be missing here",
    );
  }
  const unseen = orders.filter(({ seen }) => !seen).length;
  if (depth < expected) {
    const where =
      source > 0
        ? `${source} messages are in the consumer's queue, and may move here within minutes`
        : "nothing is in the consumer's queue: if this lasts, bus audit tells what is lost";
    const which = unseen === 0 ? "" : ` (${unseen} orders have no letter here)`;
    remarks.push(
      `by their orders ${expected} letters should be here, ${depth} are${which}; ${where}`,
    );
  }
  if (depth > expected) {
    remarks.push(
      `${depth} letters are here, ${expected} are explained by their orders; the others are ` +
        "copies of the same events, or lie behind what is hidden",
    );
  }
  return remarks;
};
