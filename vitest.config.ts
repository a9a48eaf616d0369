import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Several files start emulators and functions of their own; more workers only fight for cores.
    maxWorkers: 2,
    // Only for what hangs: how long a test takes is a matter of the machine, and of what else it does.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
