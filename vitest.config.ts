import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/longest-first.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Two cores' worth of work, and a third for the files that wait more than they work.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    env: {
      // CDK's rules for templates take as long as all else of a synthesis, which is done some hundred
      // times here; test/stack/determinism.test.ts and `npm run synth` ask them.
      CDK_VALIDATION: "false",
      // Half of what a command costs here is that its modules are compiled anew.
      NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/compiled"),
    },
    // Only for what hangs: how long a test takes is a matter of the machine, and of what else it does.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
