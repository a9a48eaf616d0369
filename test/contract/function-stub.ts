import type { FunctionPool } from "../../local/function-pool.ts";

/** A function that runs here: the mappings see what they see of one in an environment. */
export const poolOf = <Event>(run: (event: Event) => Promise<unknown>): FunctionPool => ({
  name: "contract",
  concurrency: 10,
  invoke: async (event) => {
    try {
      return { kind: "returned", payload: JSON.stringify(await run(event as Event)) };
    } catch (error) {
      return { kind: "failed", error: { errorType: "Error", errorMessage: String(error) } };
    }
  },
  pids: () => [],
  kill: () => {},
  stop: async () => {},
});
