import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** `npm run test:console`: what needs a browser, and is therefore no part of `npm test`. */
export default defineConfig({
  root: fileURLToPath(new URL("../../..", import.meta.url)),
  test: {
    include: ["test/console/browser/*.browser.ts"],
    globalSetup: ["test/console/browser/need-browser.ts"],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
