/**
 * Synthesizes the CDK app into the data folder, as `cdk synth` would. The app is run directly: the
 * CLI adds seconds and nothing that is needed here. An assembly is used again only if everything
 * that it was made of is unchanged: the sources, the installed packages, the context.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { promisify } from "node:util";
import type { JsonObject } from "./template.ts";

export type Synthesis = {
  readonly app: string;
  readonly dataDir: string;
  readonly context: JsonObject;
};

const PROJECT = resolve(import.meta.dirname, "..");
const INPUTS = ["bin", "lib", "lambdas", "cdk.json", "tsconfig.json", "package-lock.json"];
const INSTALLED = "node_modules/.package-lock.json";
const MAX_LOG_BYTES = 64 * 1024 * 1024;

const filesUnder = (path: string): readonly string[] => {
  if (!existsSync(path)) return [];
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    return entries
      .filter(({ name }) => name !== "node_modules" && !name.startsWith("."))
      .flatMap(({ name }) => filesUnder(join(path, name)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return [path];
    throw error;
  }
};

const fingerprint = (app: string, context: string): string => {
  const hash = createHash("sha256").update(`${process.version}\0${app}\0${context}\0`);
  const roots = [...INPUTS, INSTALLED].map((name) => join(PROJECT, name));
  for (const file of [...roots, dirname(app)].flatMap(filesUnder).sort())
    hash
      .update(`${relative(PROJECT, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  return hash.digest("hex");
};

const projectContext = (): JsonObject => {
  const file = join(PROJECT, "cdk.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")).context ?? {}) : {};
};

const runApp = async (app: string, folder: string, context: string): Promise<void> => {
  const { NODE_OPTIONS: _, ...env } = process.env;
  try {
    await promisify(execFile)(process.execPath, [app], {
      cwd: PROJECT,
      maxBuffer: MAX_LOG_BYTES,
      env: {
        ...env,
        CDK_OUTDIR: folder,
        CDK_CONTEXT_JSON: context,
        CDK_DEFAULT_ACCOUNT: "000000000000",
        CDK_DEFAULT_REGION: "us-east-1",
        // The CDK's own rules for templates take as long as all the rest, and `cdk deploy` asks them.
        CDK_VALIDATION: "false",
      },
    });
  } catch (error) {
    const { stderr, stdout } = error as { stderr?: string; stdout?: string };
    throw new Error(`cdk synth of ${app} failed:\n${stderr || stdout || String(error)}`);
  }
};

/** The folder of the assembly. */
export const synthesize = async ({ app, dataDir, context }: Synthesis): Promise<string> => {
  const folder = join(dataDir, "cdk.out");
  const stamp = join(folder, "inputs.sha256");
  const contextJson = JSON.stringify({ ...projectContext(), ...context });
  const inputs = fingerprint(app, contextJson);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === inputs) return folder;
  const fresh = `${folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  await runApp(app, fresh, contextJson);
  if (!existsSync(join(fresh, "manifest.json")))
    throw new Error(`${app} ran but synthesized nothing: does it create an App with a stack?`);
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  // Written last: an assembly without its stamp is never used again.
  writeFileSync(stamp, inputs);
  return folder;
};
