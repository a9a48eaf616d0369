import { createOrderApi } from "../../../lambdas/order-api/order-api.ts";
import { problemResponse } from "../../../lambdas/order-api/problem.ts";
import { type Mutant, withPart } from "../mutant.ts";

/** Asks the door before it looks at the request: orders that were taken come to a stand. */
export const mutant: Mutant = {
  crimes: ["a taken order is never refused a step"],
  code: withPart({
    api: (ports) => {
      const api = createOrderApi(ports);
      return async (request) => {
        const door = await ports.admission();
        if (door.kind === "open") return api(request);
        const headers = { "retry-after": String(door.retryAfterSeconds) };
        return problemResponse({ code: "closed", detail: "Not now.", headers });
      };
    },
  }),
};
