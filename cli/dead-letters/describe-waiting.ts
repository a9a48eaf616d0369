import { newlyHandled } from "../newly-handled.ts";
import type { DeadOrder } from "./dead-letter.ts";

/** What an order whose first letter has no predecessor waits for, and what may be done. */
export const describeWaiting = (consumer: string, order: DeadOrder): string => {
  const { orderId, fromSequence, head } = order;
  return (
    `event ${head.sequence} of ${orderId} waits for event ${fromSequence}, which is in the consumer's queue, ` +
    `behind this letter, or was never due before: ${newlyHandled({ consumer, orderId })}`
  );
};
