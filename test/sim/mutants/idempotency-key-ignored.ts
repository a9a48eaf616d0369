import { createOrderApi } from "../../../lambdas/order-api/order-api.ts";
import { type Mutant, withPart } from "../mutant.ts";

/** Takes each request for a new one: a step whose answer was lost is refused when it comes again. */
export const mutant: Mutant = {
  crimes: ["6 unknown is honest"],
  code: withPart({
    api: (ports) => {
      const api = createOrderApi(ports);
      return ({ headers: { "idempotency-key": _ignored, ...headers }, ...request }) =>
        api({ ...request, headers });
    },
  }),
};
