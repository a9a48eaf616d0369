/**
 * A headless Chromium for the browser test: one that the machine has, else the one that npm
 * installs here (with the few libraries that it needs), unpacked into a folder for this run.
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export type FoundBrowser = {
  readonly executablePath: string;
  readonly env: Readonly<Record<string, string>>;
};

const INSTALLED = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export const HOW_TO_GET_ONE =
  "No Chromium was found. Either npm ci without --omit=optional (Linux x64: @sparticuz/chromium), " +
  "or apt-get install -y chromium, or CHROMIUM=/path/to/chromium npm run test:console";

/** It is an optional dependency, since it is 67 MB and of Linux x64 alone. */
const PACKAGE = "@sparticuz/chromium";

type Inflate = (file: string) => Promise<string>;

const locate = (): string | undefined => {
  try {
    return createRequire(import.meta.url).resolve(PACKAGE);
  } catch {
    return undefined;
  }
};

const unpackFromNpm = async (folder: string): Promise<FoundBrowser | undefined> => {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  const entry = locate();
  if (entry === undefined) return undefined;
  // It unpacks into the system's folder for temporary files, wherever that is said to be.
  process.env.TMPDIR = folder;
  const { inflate } = (await import(entry)) as { readonly inflate: Inflate };
  const packed = join(dirname(entry), "..", "bin");
  const names = ["chromium.br", "al2023.tar.br", "fonts.tar.br"];
  const [executablePath = "", libraries = "", fonts = ""] = await Promise.all(
    names.map((name) => inflate(join(packed, name))),
  );
  const env = { LD_LIBRARY_PATH: join(libraries, "lib") };
  const hasFonts = existsSync("/etc/fonts");
  return { executablePath, env: hasFonts ? env : { ...env, FONTCONFIG_PATH: fonts } };
};

export const findBrowser = async (folder: string): Promise<FoundBrowser | undefined> => {
  const { CHROMIUM } = process.env;
  if (CHROMIUM !== undefined) return { executablePath: CHROMIUM, env: {} };
  const unpacked = await unpackFromNpm(folder);
  if (unpacked !== undefined) return unpacked;
  const executablePath = INSTALLED.find((path) => existsSync(path));
  return executablePath === undefined ? undefined : { executablePath, env: {} };
};
