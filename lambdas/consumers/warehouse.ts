/** Warehouse: one fact row an event, keyed by day and event id. */
import { consumerFunction } from "../aws/consumer-function.ts";
import type { Consumer } from "../core/consumer.ts";
import { EVENT_TYPES } from "../core/order-event.ts";

export const warehouse: Consumer = {
  name: "warehouse",
  handles: EVENT_TYPES,
  handle: (_state, { id, orderId, sequence, type, time, data }) => {
    const { customerId, currency, totalCents } = data;
    return {
      effects: [
        {
          kind: "fact",
          table: "facts",
          item: {
            day: time.slice(0, 10),
            eventId: id,
            orderId,
            sequence,
            type,
            time,
            customerId,
            currency,
            totalCents,
          },
        },
      ],
    };
  },
};

export const handler = consumerFunction(warehouse);
