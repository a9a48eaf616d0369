import { NonRetryable } from "../../../lambdas/core/consumer.ts";
import { type Mutant, withPorts } from "../mutant.ts";

/** Skips an event that cannot be handled, as if it had been. */
export const mutant: Mutant = {
  crimes: ["1 conserved", "4 order"],
  code: withPorts((context) => ({
    ...context,
    consumer: {
      ...context.consumer,
      handle: (state, event, settings) => {
        try {
          return context.consumer.handle(state, event, settings);
        } catch (error) {
          if (error instanceof NonRetryable) return {};
          throw error;
        }
      },
    },
  })),
};
