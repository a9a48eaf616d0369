import type { Missing } from "./find-event.ts";
import type { OrderIndex } from "./order-index.ts";
import type { ConsumerStandings } from "./read-standings.ts";

export type Tally = {
  /** Events up to the watermarks. */
  readonly applied: number;
  readonly young: number;
  /** Orders whose next event is decided dead. */
  readonly parked: readonly Missing[];
  /** Orders whose next event is neither applied nor decided dead. */
  readonly short: readonly Missing[];
};

export const eventsIn = (orders: readonly Missing[]): number =>
  orders.reduce((sum, { next, version }) => sum + version - next + 1, 0);

export const tallyConsumer = (index: OrderIndex, standings: ConsumerStandings): Tally => {
  const parked: Missing[] = [];
  const short: Missing[] = [];
  let applied = 0;
  let young = 0;
  for (let place = 0; place < index.size(); place++) {
    const { version, lastEventAtMs } = index.endAt(place);
    const seq = standings.seqAt(place);
    applied += Math.min(seq, version);
    const standing = standings.standingAt(place);
    if (standing === "whole") continue;
    if (standing === "young") {
      young++;
      continue;
    }
    const missing = { orderId: index.idAt(place), next: seq + 1, version, lastEventAtMs, standing };
    if (standing === "parked") parked.push(missing);
    else short.push(missing);
  }
  return { applied, young, parked, short };
};
