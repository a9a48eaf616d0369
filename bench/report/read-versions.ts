import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

/** What the figures would change with: the peers, the emulators, and the clients of both sides. */
const PACKAGES = [
  "@aws-lambda-powertools/batch",
  "@aws-lambda-powertools/idempotency",
  "@aws-sdk/client-dynamodb",
  "@aws-sdk/client-sns",
  "@aws-sdk/client-sqs",
  "@dynoxide/linux-x64",
  "esbuild",
  "fauxqs",
  "rolldown",
];

export type Versions = {
  readonly node: string;
  /** None where the sources are no git clone. */
  readonly commit?: string;
  /** Whether every file was as committed. */
  readonly isClean: boolean;
  readonly packages: Readonly<Record<string, string>>;
};

type Lock = { readonly packages: Readonly<Record<string, { readonly version?: string }>> };

const packageVersions = (): Readonly<Record<string, string>> => {
  const lock: Lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
  const found = PACKAGES.map((name) => [name, lock.packages[`node_modules/${name}`]?.version]);
  return Object.fromEntries(found.filter(([, version]) => version !== undefined));
};

const git = (...args: readonly string[]): string | undefined => {
  try {
    return execFileSync("git", args, {
      ...{ cwd: ROOT, encoding: "utf8" },
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return undefined;
  }
};

export const readVersions = (): Versions => {
  const commit = git("rev-parse", "--short=10", "HEAD");
  return {
    node: process.versions.node,
    ...(commit === undefined ? {} : { commit }),
    isClean: git("status", "--porcelain") === "",
    packages: packageVersions(),
  };
};
