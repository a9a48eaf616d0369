/**
 * Bundles a function's code, with the SDK that was tested and not the one that the runtime has
 * today (7.4), into one module as small as it gets: what is read at start is waited for and billed (7.5).
 * The same code is the same bundle and the same asset, wherever its folder is.
 *
 *     node lib/bundle-function.ts ENTRY FOLDER
 */
import { dirname, join, relative, resolve, sep } from "node:path";
import { type Plugin, rolldown } from "rolldown";
import { leanModules, neverLoaded } from "./lean-modules.ts";

const PROJECT = resolve(import.meta.dirname, "..");

/**
 * A dead letter shows its stack to a person, so the map names our files, not one line of a bundle.
 * Node reads the whole map at start, five times as large with every line of the dependencies.
 */
const ownLinesOnly: Plugin = {
  name: "own-lines-only",
  transform: {
    filter: { id: /\/node_modules\/.*\.m?js$/ },
    handler: (code) => ({ code, map: { mappings: "" } }),
  },
};

/** Writes `index.mjs` and its map into the folder; returns the code's bytes. */
export const bundleFunction = async (entry: string, folder: string): Promise<number> => {
  const build = await rolldown({
    input: entry,
    cwd: PROJECT,
    platform: "node",
    // Otherwise the CommonJS builds of dependencies come in, of which nothing can be left out.
    resolve: { mainFields: ["module", "main"] },
    external: neverLoaded,
    // Nothing that a function is made of does anything when a property of it is read.
    treeshake: { propertyReadSideEffects: false },
    plugins: [leanModules, ownLinesOnly],
  });
  const { output } = await build.write({
    file: join(folder, "index.mjs"),
    format: "esm",
    codeSplitting: false,
    minify: true,
    comments: false,
    sourcemap: true,
    sourcemapExcludeSources: true,
    sourcemapPathTransform: (source, map) =>
      relative(PROJECT, resolve(dirname(map), source)).replaceAll(sep, "/"),
  });
  await build.close();
  return Buffer.byteLength(output[0].code);
};

if (import.meta.main) {
  const [entry = "", folder = ""] = process.argv.slice(2);
  await bundleFunction(resolve(entry), resolve(folder));
}
