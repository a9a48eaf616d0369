import type { Fact } from "../../../lambdas/core/consumer.ts";
import { type Mutant, withPorts } from "../mutant.ts";

/** Writes facts when the watermark is there: a crash in between loses them. */
export const mutant: Mutant = {
  crimes: ["10 consumers agree"],
  code: withPorts((context) => {
    const waiting = new Map<string, readonly Fact[]>();
    return {
      ...context,
      facts: {
        put: async (facts) => {
          for (const fact of facts) waiting.set(String(fact.item.orderId), [fact]);
          return { kind: "committed" };
        },
      },
      ledger: {
        ...context.ledger,
        commit: async (write) => {
          const result = await context.ledger.commit(write);
          const facts = waiting.get(write.after.orderId);
          waiting.delete(write.after.orderId);
          if (result.kind === "committed" && facts !== undefined) await context.facts.put(facts);
          return result;
        },
      },
    };
  }),
};
