import { type Mutant, withPart } from "../mutant.ts";
import { placeOf } from "../place-of.ts";
import { productionHandler } from "../queue-mapping.ts";

/** Warms its rows up and lets a throttle of that go by: SQS gets the whole batch back (3.7). */
export const mutant: Mutant = {
  crimes: ["no function throws"],
  code: withPart({
    consumer: async (context, messages) => {
      await context.ledger.read([...new Set(messages.map(({ body }) => placeOf(body).orderId))]);
      return productionHandler(context, messages);
    },
  }),
};
