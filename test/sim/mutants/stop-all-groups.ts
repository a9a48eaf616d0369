import { type Mutant, withPart } from "../mutant.ts";
import { placeOf } from "../place-of.ts";
import { productionHandler } from "../queue-mapping.ts";

/** Stops at the first failure and hands back the rest of the batch, other orders too. */
export const mutant: Mutant = {
  crimes: ["8 budget", "7 isolation"],
  code: withPart({
    consumer: async (context, messages) => {
      const failed: string[] = [];
      for (const [, order] of Map.groupBy(messages, ({ body }) => placeOf(body).orderId)) {
        if (failed.length > 0) failed.push(...order.map(({ messageId }) => messageId));
        else failed.push(...(await productionHandler(context, order)));
      }
      return failed;
    },
  }),
};
