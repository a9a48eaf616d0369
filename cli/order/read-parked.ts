/** What the relay could not send of one order, as its parking queue has it. */
import { listRelayFailures } from "../dead-letters/list-relay-failures.ts";
import type { Stage } from "../stage-clients.ts";

export type ParkedEntry = {
  /** From this event on nothing of the order was sent. */
  readonly sequence: number;
  readonly error: { readonly name: string; readonly message: string };
};

/** More than that is an outage of the relay, and not one order's affair. */
const MOST_ENTRIES = 1_000;

/** Entries of an order, lowest first. Of a very full queue only a part is looked at. */
export const readParked = async (
  stage: Stage,
  orderId: string,
): Promise<readonly ParkedEntry[]> => {
  if (stage.outputs.ParkingQueueUrl === undefined) return [];
  const { entries } = await listRelayFailures(stage, { most: MOST_ENTRIES });
  return entries
    .flatMap(({ failure }) => {
      if (failure.kind !== "unsendable event" || failure.orderId !== orderId) return [];
      const { sequence, error } = failure;
      return [{ sequence, error }];
    })
    .toSorted((a, b) => a.sequence - b.sequence);
};
