import { type Mutant, withPorts } from "../mutant.ts";

/** Closes a cancelled order by a step of its own, which nobody has asked for. */
export const mutant: Mutant = {
  crimes: ["2 no ghost"],
  code: withPorts((context) => {
    const cancelled = new Set<string>();
    const { consumer, ledger } = context;
    return {
      ...context,
      consumer: {
        ...consumer,
        handle: (state, event, settings) => {
          if (event.type === "order.cancelled") cancelled.add(event.orderId);
          return consumer.handle(state, event, settings);
        },
      },
      ledger: {
        ...ledger,
        commit: async (write) => {
          const result = await ledger.commit(write);
          const { before, after } = write;
          if (result.kind !== "committed" || after.seq === before.seq) return result;
          if (!cancelled.has(after.orderId)) return result;
          const closed = { ...after, seq: after.seq + 1, rev: after.rev + 1 };
          await ledger.commit({ before: after, after: closed, effects: [] });
          return result;
        },
      },
    };
  }),
};
