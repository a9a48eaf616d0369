/** A child process of `run-in-processes.ts`: runs each range of worlds that it is sent. */
import { loadMutant } from "./load-mutant.ts";
import { production } from "./run-world.ts";
import { runWorlds } from "./run-worlds.ts";

export type Range = {
  readonly seed: number;
  readonly first: number;
  readonly worlds: number;
  readonly stopAfter: number;
  readonly mutant?: string;
};

// An error's stack costs more than the world it is thrown in.
Error.stackTraceLimit = 0;
process.on("disconnect", () => process.exit());
process.on("message", async ({ mutant, ...range }: Range) => {
  const code = mutant === undefined ? production : (await loadMutant(mutant)).code;
  process.send?.(await runWorlds({ ...range, code }));
});
