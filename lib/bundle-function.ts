/**
 * Bundles a function's code, with the SDK that was tested and not the one that the runtime has
 * today (7.4), as small as it gets: what is read at start is waited for and billed (7.5). The same
 * code is the same bundle and the same asset, wherever its folder is.
 *
 * Our own code and what it depends on are two modules, since Node walks through every character of
 * one that has a source map (`lineLengths` in its source_map_cache.js), and only ours needs one. So
 * dependencies run before all of our own modules, whatever the order of the imports.
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

/** What is imported on demand stays so. */
const DEPENDENCY_GROUP = {
  ...{ name: DEPENDENCIES, test: /[\\/]node_modules[\\/]/, tags: ["$initial" as const] },
};

/**
 * A dead letter shows its stack to a person, so a map names our files, not one line of a bundle; and
 * what a function loads on demand has one as well.
 */
const ownLinesOnly: Plugin = {
  name: "own-lines-only",
  generateBundle: (_, files) => {
    for (const [name, file] of Object.entries(files)) {
      if (file.type !== "chunk") continue;
      const map = files[`${name}.map`];
      if (file.name === DEPENDENCIES) delete files[`${name}.map`];
      else if (map?.type === "asset") {
        map.source = JSON.stringify(linesOnly(JSON.parse(`${map.source}`)));
        file.code += `\n//# sourceMappingURL=${name}.map\n`;
      }
    }
  },
};

/** Writes the modules and the map of our own into the folder; returns the code's bytes. */
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
    codeSplitting: { groups: [DEPENDENCY_GROUP] },
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
