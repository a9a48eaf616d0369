/**
 * Rewrites a bundle's source map to name files from the project's root, not from the folder in
 * which it was bundled. So the same code is the same asset wherever the output folder is, `cdk diff`
 * of an unchanged app is empty, and a dead letter's stack reads `lambdas/core/…`.
 *
 *     node lib/shorten-source-paths.ts FILE.map
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";

const PROJECT = resolve(import.meta.dirname, "..");

type SourceMap = { readonly sources: readonly string[] };

export const shortenSourcePaths = <M extends SourceMap>(map: M, folder: string): M => ({
  ...map,
  sources: map.sources.map((source) =>
    relative(PROJECT, resolve(folder, source)).replaceAll(sep, "/"),
  ),
});

if (import.meta.main) {
  const [file = ""] = process.argv.slice(2);
  const map: SourceMap = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify(shortenSourcePaths(map, dirname(resolve(file)))));
}
