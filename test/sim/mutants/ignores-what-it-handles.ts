import { readArrival } from "../../../lambdas/core/arrival.ts";
import { isIgnored } from "../../../lambdas/core/fence.ts";
import { type Mutant, withPart } from "../mutant.ts";
import { productionHandler } from "../queue-mapping.ts";

/** Takes payments for nothing of its business, though it has a handler for them. */
export const mutant: Mutant = {
  crimes: ["1 conserved"],
  code: withPart({
    consumer: (context, messages) => {
      const others = context.consumer.handles.filter((type) => type !== "order.paid");
      const kept = messages.filter((message) => !isIgnored(readArrival(message), others));
      return productionHandler(context, kept);
    },
  }),
};
