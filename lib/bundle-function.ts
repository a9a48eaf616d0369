/**
 * Bundles a function's code, with the SDK that was tested and not the one that the runtime has
 * today (7.4), as small as it gets: what is read at start is waited for and billed (7.5). Two modules,
 * since Node walks through every character of one that has a source map (lineLengths in its
 * source_map_cache.js), and only our own code needs one: `index.mjs`, and beside it what it depends
 * on. The same code is the same bundle and the same asset, wherever its folder is.
 *
 *     node lib/bundle-function.ts ENTRY FOLDER
 */
import { dirname, relative, resolve, sep } from "node:path";
import { type Plugin, rolldown } from "rolldown";
import { leanModules, neverLoaded } from "./lean-modules.ts";
import { linesOnly } from "./lines-only.ts";

const PROJECT = resolve(import.meta.dirname, "..");

const OWN = "index";
const DEPENDENCIES = "dependencies";

/** A dead letter shows its stack to a person, so a map names our files, not one line of a bundle. */
const ownLinesOnly: Plugin = {
  name: "own-lines-only",
  transform: {
    filter: { id: /\/node_modules\/.*\.m?js$/ },
    handler: (code) => ({ code, map: { mappings: "" } }),
  },
  generateBundle: (_, files) => {
    delete files[`${DEPENDENCIES}.mjs.map`];
    const map = files[`${OWN}.mjs.map`];
    if (map?.type === "asset") map.source = JSON.stringify(linesOnly(JSON.parse(`${map.source}`)));
    const own = files[`${OWN}.mjs`];
    if (own?.type === "chunk") own.code += `\n//# sourceMappingURL=${OWN}.mjs.map\n`;
  },
};

/** Writes the two modules and the map of the first into the folder; returns the code's bytes. */
export const bundleFunction = async (entry: string, folder: string): Promise<number> => {
  const build = await rolldown({
    input: { [OWN]: entry },
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
    dir: folder,
    entryFileNames: "[name].mjs",
    chunkFileNames: "[name].mjs",
    format: "esm",
    codeSplitting: { groups: [{ name: DEPENDENCIES, test: /[\\/]node_modules[\\/]/ }] },
    minify: true,
    comments: false,
    sourcemap: "hidden",
    sourcemapExcludeSources: true,
    sourcemapPathTransform: (source, map) =>
      relative(PROJECT, resolve(dirname(map), source)).replaceAll(sep, "/"),
  });
  await build.close();
  const sizes = output.map((file) => (file.type === "chunk" ? Buffer.byteLength(file.code) : 0));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
};

if (import.meta.main) {
  const [entry = "", folder = ""] = process.argv.slice(2);
  await bundleFunction(resolve(entry), resolve(folder));
}
