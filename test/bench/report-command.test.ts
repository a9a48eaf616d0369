import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { parts } from "../../bench/parts.ts";

const root = join(import.meta.dirname, "../..");

type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

const run = async (program: string, ...args: string[]): Promise<Ended> => {
  const command = [join(root, "bench", program), ...args];
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, command, { cwd: root })) };
  } catch (error) {
    return error as Ended;
  }
};

it("lists its parts, each by a name of its own", async () => {
  const { code, stdout } = await run("bench.ts", "--list");
  expect(code).toBe(0);
  const names = stdout
    .trim()
    .split("\n")
    .map((line) => line.split(" ")[0]);
  expect(names).toEqual(parts.map(({ name }) => name));
  expect(new Set(names).size).toBe(parts.length);
});

it("helps with examples", async () => {
  const { code, stdout } = await run("bench.ts", "--help");
  expect(code).toBe(0);
  expect(stdout).toContain("npm run bench -- effects relay --rounds 3");
});

it("ends with 2 where the command line is wrong, and says what is allowed", async () => {
  const unknown = await run("bench.ts", "speed");
  expect(unknown).toMatchObject({ code: 2, stdout: "" });
  expect(unknown.stderr).toContain("no part is named speed; the parts are: effects, relay");
  expect(await run("bench.ts", "--faster")).toMatchObject({ code: 2 });
  const trace = await run("bench.ts", "relay", "--trace", "none.ndjson");
  expect(trace.code).toBe(2);
  expect(trace.stderr).toContain("cannot open the trace none.ndjson");
});

it("writes no page from what is no report", async () => {
  const { code, stderr } = await run("report/write-page.ts", "package.json");
  expect(code).toBe(1);
  expect(stderr).toContain("package.json is no report: reach is undefined");
});
