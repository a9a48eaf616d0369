import { applyByName, arrivalsOf, eventName } from "../event-dedup.ts";
import { type Mutant, withPart } from "../mutant.ts";

/** Runs all events of a batch side by side, also those of one order. */
export const mutant: Mutant = {
  crimes: ["4 order", "9 batch contract", "followers are never tried"],
  code: withPart({
    consumer: async (context, messages) => {
      const done = await Promise.all(
        arrivalsOf(messages).map(async (arrival) => ({
          id: arrival.message.messageId,
          done: await applyByName(context, arrival, eventName(arrival)).catch(() => false),
        })),
      );
      return done.filter((one) => !one.done).map(({ id }) => id);
    },
  }),
};
