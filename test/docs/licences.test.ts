import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { licencesPage, lockedPackages } from "../../cli/list-licences.ts";

const packages = lockedPackages();
const PERMISSIVE = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0"];

/** Tools that change nothing of what we build, so that their terms bind nobody who uses it. */
const TOOLS_ONLY = [
  "BlueOak-1.0.0",
  "MPL-2.0",
  "CC-BY-4.0",
  "CC0-1.0",
  "Python-2.0",
  "Unlicense",
  "OFL-1.1",
];

/** A choice of several is as free as its freest part. */
const isOneOf = (licence: string, allowed: readonly string[]): boolean =>
  licence
    .replace(/[()]/g, "")
    .split(" OR ")
    .some((choice) => allowed.includes(choice));

describe("licences", () => {
  it("what is deployed is under permissive ones alone", () => {
    const deployed = packages.filter((each) => each.deployed);
    expect(deployed.length).toBeGreaterThan(20);
    expect(deployed.filter(({ licence }) => !isOneOf(licence, PERMISSIVE))).toEqual([]);
  });

  it("and every tool names one that lets us use it", () => {
    const others = packages.filter(({ licence }) => !isOneOf(licence, PERMISSIVE));
    expect(others.filter(({ licence }) => !isOneOf(licence, TOOLS_ONLY))).toEqual([]);
  });

  it("are listed in docs/licences.md as they are (else: npm run licences)", () => {
    const page = readFileSync(new URL("../../docs/licences.md", import.meta.url), "utf8");
    expect(page).toBe(licencesPage(packages));
  });
});
