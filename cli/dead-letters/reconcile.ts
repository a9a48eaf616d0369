import type { QueueCounts } from "../queue-depth.ts";
import type { DeadOrder } from "./dead-letter.ts";
import { sumLetters } from "./plan.ts";

export type Counts = {
  /** Before anything was received here. */
  readonly deadLetters: QueueCounts;
  /** Messages in the consumer's own queue. */
  readonly source: number;
};

/** Whether the queue holds as many letters as the orders explain, and if not, what may be why. */
export const reconcile = (
  orders: readonly DeadOrder[],
  { deadLetters: { waiting, inFlight }, source }: Counts,
): readonly string[] => {
  const expected = sumLetters(orders);
  const depth = waiting + inFlight;
  const remarks: string[] = [];
  if (inFlight > 0) {
    remarks.push(
      `${inFlight} letters were hidden: somebody polls the queue, or a run was killed less than a ` +
        "minute ago; their orders may be missing here",
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
