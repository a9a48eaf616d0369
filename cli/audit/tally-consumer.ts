import type { Missing } from "./find-event.ts";
import type { OrderIndex } from "./order-index.ts";
import type { ConsumerStandings } from "./read-standings.ts";

export type Tally = {
  /** Events of which nothing more is due: each order's up to its next due one. */
  readonly applied: number;
  readonly young: number;
  /** Orders whose next event is decided dead. */
  readonly parked: readonly Missing[];
  /** Orders whose next event is neither applied nor decided dead. */
  readonly short: readonly Missing[];
};

export const eventsIn = (orders: readonly Missing[]): number =>
  orders.reduce((sum, { events }) => sum + events, 0);

export const tallyConsumer = (index: OrderIndex, standings: ConsumerStandings): Tally => {
  const parked: Missing[] = [];
  const short: Missing[] = [];
  let applied = 0;
  let young = 0;
  for (let place = 0; place < index.size(); place++) {
    const { version, lastEventAtMs } = index.endAt(place);
    const standing = standings.standingAt(place);
    const [next = version + 1, ...followers] =
      standing === "whole" ? [] : standings.dueAtPlace(place);
    applied += next - 1;
    if (standing === "whole") continue;
    if (standing === "young") {
      young++;
      continue;
    }
    const missing = {
      ...{ orderId: index.idAt(place), next, version, lastEventAtMs, standing },
      events: 1 + followers.length,
    };
    if (standing === "parked") parked.push(missing);
    else short.push(missing);
  }
  return { applied, young, parked, short };
};
