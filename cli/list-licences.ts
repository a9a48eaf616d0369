/**
 * The licences of everything that is installed, from the lock file. `npm run licences` writes them
 * to docs/licences.md; a test checks that the page is current and that nothing forbids our use.
 */
import { readFileSync, writeFileSync } from "node:fs";

export type LockedPackage = {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  /** Bundled into the functions; the rest stays on the machine that builds and tests. */
  readonly deployed: boolean;
};

type LockEntry = {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
};

const LOCK = new URL("../package-lock.json", import.meta.url);
const PAGE = new URL("../docs/licences.md", import.meta.url);

export const lockedPackages = (): readonly LockedPackage[] => {
  const { packages }: { packages: Record<string, LockEntry> } = JSON.parse(
    readFileSync(LOCK, "utf8"),
  );
  return Object.entries(packages)
    .filter(([path]) => path !== "")
    .map(([path, { version = "", license = "none named", dev, optional, devOptional }]) => ({
      name: path.replace(/^.*node_modules\//, ""),
      version,
      licence: license,
      deployed: dev !== true && optional !== true && devOptional !== true,
    }));
};

const row = ([licence, group]: readonly [string, readonly LockedPackage[]]): string =>
  `| ${licence} | ${[...new Set(group.map(({ name, version }) => `${name} ${version}`))].join(", ")} |`;

const table = (packages: readonly LockedPackage[]): string[] => {
  const groups = Map.groupBy(packages, ({ licence }) => licence);
  return ["| licence | packages |", "|---|---|", ...[...groups].toSorted().map(row)];
};

export const licencesPage = (packages: readonly LockedPackage[]): string =>
  [
    "# Licences of what we use",
    "",
    "Written by `npm run licences` from package-lock.json. The product itself is under the MIT licence.",
    "",
    "## Deployed with the functions",
    "",
    ...table(packages.filter(({ deployed }) => deployed)),
    "",
    "## Only where the product is built, tested or run locally",
    "",
    ...table(packages.filter(({ deployed }) => !deployed)),
    "",
  ].join("\n");

if (import.meta.main) {
  const packages = lockedPackages();
  writeFileSync(PAGE, licencesPage(packages));
  console.log(`${packages.length} packages written to docs/licences.md`);
}
