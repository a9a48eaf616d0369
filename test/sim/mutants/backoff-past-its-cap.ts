import { type Mutant, withPorts } from "../mutant.ts";

/** Doubles the wait at every receive, past the cap: it is found long after it could be applied. */
export const mutant: Mutant = {
  crimes: ["12 liveness"],
  code: withPorts((context) => ({
    ...context,
    queue: {
      ...context.queue,
      hide: (entries) =>
        context.queue.hide(
          entries.map(({ message, seconds }) => {
            const past = seconds > 1 ? 2 ** (message.receiveCount + 1) : seconds;
            return { message, seconds: Math.min(4 * context.rules.backoffCapSeconds, past) };
          }),
        ),
    },
  })),
};
