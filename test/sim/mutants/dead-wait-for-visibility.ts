import { type Mutant, withPorts } from "../mutant.ts";

/** Says nothing to the queue: what comes back waits for its visibility timeout, also the dead. */
export const mutant: Mutant = {
  crimes: ["12 liveness"],
  code: withPorts((context) => ({
    ...context,
    queue: { ...context.queue, hide: async () => {} },
  })),
};
