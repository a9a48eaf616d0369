import { applyByName, arrivalsOf, eventName } from "../event-dedup.ts";
import { type Mutant, withPart } from "../mutant.ts";

/** Goes on with an order's next event when one has failed. */
export const mutant: Mutant = {
  crimes: ["4 order", "9 batch contract", "followers are never tried"],
  code: withPart({
    consumer: async (context, messages) => {
      const failed: string[] = [];
      for (const arrival of arrivalsOf(messages)) {
        const done = await applyByName(context, arrival, eventName(arrival)).catch(() => false);
        if (!done) failed.push(arrival.message.messageId);
      }
      return failed;
    },
  }),
};
