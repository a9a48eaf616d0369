/** How much each customer has spent: paid orders, less those cancelled afterwards. */
import type { Consumer } from "order-event-bus/consumer";
import { consumerFunction } from "order-event-bus/consumer-function";

type Spent = { readonly cents: number };

export const spending: Consumer<Spent> = {
  name: "spending",
  handles: ["order.paid", "order.cancelled"],
  handle: (state, { type, data: { customerId, totalCents } }) => {
    const cents = type === "order.paid" ? totalCents : 0;
    const more = cents - (state?.cents ?? 0);
    if (more === 0) return {};
    const add = { cents: more };
    return {
      state: { cents },
      effects: [{ kind: "adjust", table: "spent", key: { customerId }, add }],
    };
  },
};

export const handler = consumerFunction(spending);
