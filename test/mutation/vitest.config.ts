import { defineConfig } from "vitest/config";
import { NearestFirst } from "./nearest-first.ts";

/** The tests that a mutant of the core has to get past: quick ones, and all part of `npm test`. */
export default defineConfig({
  test: {
    include: [
      "test/{core,consumers}/**/*.test.ts",
      "test/relay/relay-*.test.ts",
      "test/order-api/{order-api,bad-bodies}.test.ts",
      "test/mutation/few-worlds.mutation.ts",
    ],
    setupFiles: ["test/mutation/same-examples.ts"],
    sequence: { sequencer: NearestFirst },
    testTimeout: 20_000,
  },
});
