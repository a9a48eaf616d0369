import { readArrival } from "../../../lambdas/core/arrival.ts";
import { type Mutant, withPart } from "../mutant.ts";
import { productionHandler } from "../queue-mapping.ts";

/** Lets through whatever is later than the last applied event: orders go on over a hole. */
export const mutant: Mutant = {
  crimes: ["4 order", "1 conserved", "followers are never tried"],
  code: withPart({
    consumer: (context, messages) => {
      const arrivals = messages.map(readArrival);
      const ledger: typeof context.ledger = {
        ...context.ledger,
        read: async (orderIds) => {
          const rows = await context.ledger.read(orderIds);
          return new Map(
            [...rows].map(([orderId, row]) => {
              const sequences = arrivals
                .filter((arrival) => arrival.orderId === orderId && arrival.sequence > row.seq)
                .map(({ sequence }) => sequence);
              if (sequences.length === 0) return [orderId, row];
              return [orderId, { ...row, seq: Math.min(...sequences) - 1 }];
            }),
          );
        },
      };
      return productionHandler({ ...context, ledger }, messages);
    },
  }),
};
