import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bundleFunction } from "../../lib/bundle-function.ts";

const SOURCES = join(import.meta.dirname, "bundled");
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "bundle-function-"));
  await bundleFunction(join(SOURCES, "throwing.ts"), folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** In a process as Lambda starts one. */
const stackOf = (event: object): string => {
  const url = JSON.stringify(pathToFileURL(join(folder, "index.mjs")).href);
  const script = `const { handler } = await import(${url});
    await handler(${JSON.stringify(event)}).catch(({ stack }) => console.log(stack));`;
  const args = ["--enable-source-maps", "--input-type=module", "-e", script];
  return execFileSync(process.execPath, args).toString();
};

const lineOf = (file: string, text: string): number =>
  readFileSync(join(SOURCES, file), "utf8")
    .split("\n")
    .findIndex((line) => line.includes(text)) + 1;

test("a stack names our file and line", () => {
  const line = lineOf("throwing.ts", "throw new Error");
  expect(stackOf({})).toContain(`test/stack/bundled/throwing.ts:${line}:`);
});

test("a stack names file and line of what is loaded on demand as well", () => {
  const line = lineOf("on-demand.ts", "throw new Error");
  expect(stackOf({ onDemand: true })).toContain(`test/stack/bundled/on-demand.ts:${line}:`);
});

test("a dependency that is loaded on demand is not read at start, and none has a map", () => {
  const code = (name: string) => readFileSync(join(folder, name), "utf8");
  expect(code("dependencies.mjs")).not.toContain("sourceMappingURL");
  const atStart = code("dependencies.mjs") + code("index.mjs");
  expect(atStart).not.toContain("barCompleteChar");
  const others = readdirSync(folder).filter((name) => !/^(dependencies|index)\./.test(name));
  expect(others.map(code).join("")).toContain("barCompleteChar");
});
