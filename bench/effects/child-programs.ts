/** The programs of this room that run in processes of their own, bundled, as functions are. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";

const PROGRAMS = ["environment-child", "kill-child"] as const;

export type ChildPrograms = Readonly<Record<(typeof PROGRAMS)[number], string>> & {
  readonly remove: () => void;
};

export const buildChildPrograms = (): ChildPrograms => {
  const folder = mkdtempSync(join(tmpdir(), "bench-effects-"));
  const fileOf = (name: string) => join(folder, `${name}.mjs`);
  for (const name of PROGRAMS) {
    buildSync({
      entryPoints: [join(import.meta.dirname, `${name}.ts`)],
      outfile: fileOf(name),
      bundle: true,
      minify: true,
      platform: "node",
      format: "esm",
      // Otherwise the CommonJS builds of dependencies come in and die on a dynamic require.
      mainFields: ["module", "main"],
      target: "node24",
      logLevel: "error",
    });
  }
  return {
    "environment-child": fileOf("environment-child"),
    "kill-child": fileOf("kill-child"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};
