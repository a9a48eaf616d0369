import { createOrderApi } from "../../../lambdas/order-api/order-api.ts";
import { type Mutant, withPart } from "../mutant.ts";

/** Takes a busy table's answer for a write that will be there in the end. */
export const mutant: Mutant = {
  crimes: ["6 unknown is honest"],
  code: withPart({
    api: (ports) =>
      createOrderApi({
        ...ports,
        store: {
          ...ports.store,
          put: async (item, expectedVersion) => {
            const result = await ports.store.put(item, expectedVersion);
            return result.kind === "busy" ? { kind: "written" } : result;
          },
        },
      }),
  }),
};
