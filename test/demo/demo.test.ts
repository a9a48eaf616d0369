/** The demo as a user runs it: in a process of its own, judged by what it writes and leaves. */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { generateTrace } from "../../cli/generate-trace.ts";
import { predictFigures } from "../cli/predict-figures.ts";
import { hasDynoxide } from "../emulators/start-dynoxide.ts";

const CONSUMERS = ["inventory", "loyalty", "recommendation", "warehouse", "fraud"];
const atNaught = Object.fromEntries(CONSUMERS.map((name) => [name, 0]));
const TIMEOUT_MS = 300_000;

describe.skipIf(!hasDynoxide)("the demo", () => {
  let folder: string;
  let temporary: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "demo-test-"));
    temporary = mkdtempSync(join(folder, "tmp-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Node itself may keep a compile cache there. */
  const left = () => readdirSync(temporary).filter((name) => name.startsWith("order-event-bus"));

  const start = (...args: string[]) => {
    const child = spawn(process.execPath, ["local/demo.ts", ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, TMPDIR: temporary },
    });
    const exited = new Promise((resolve) => child.once("exit", resolve));
    const ended = Promise.all([text(child.stdout), text(child.stderr), exited]).then(
      ([stdout, stderr, code]) => ({ stdout, stderr, code }),
    );
    return { child, ended };
  };

  it(
    "ends with the same numbers when requests come twice and functions are killed",
    async () => {
      const report = join(folder, "report.json");
      const args = ["--orders", "40", "--seed", "6", "--twice", "--kill", "27", "--report", report];
      const { stdout, stderr, code } = await start(...args).ended;
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(JSON.parse(readFileSync(report, "utf8"))).toEqual({
        ...predictFigures(generateTrace(6, 40)),
        deadLetters: atNaught,
        audit: { ok: true, behind: atNaught },
        seconds: { play: expect.any(Number), drain: expect.any(Number) },
        eventsPerSecond: expect.any(Number),
      });
      expect(stderr).toMatch(/killed functions [1-9]\d* times/);
      expect(stdout.trimEnd().split("\n").at(-1)).toMatch(/^audit ok: all \d+ events of 40 orders/);
      expect(left()).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it(
    "leaves nothing behind when it is interrupted",
    async () => {
      const { child, ended } = start("--orders", "2000");
      // The bus is up and the play is under way.
      await new Promise<void>((resolve) => {
        child.stderr.on("data", (data: Buffer) => data.includes("play: ") && resolve());
        child.once("exit", () => resolve());
      });
      // As under npm, which passes the terminal's Ctrl-C on.
      child.kill("SIGINT");
      child.kill("SIGINT");
      const { stderr, code } = await ended;
      expect({ code, last: stderr.trimEnd().split("\n").at(-1) }).toEqual({
        ...{ code: 130, last: "interrupted: nothing was proved" },
      });
      expect(left()).toEqual([]);
    },
    TIMEOUT_MS,
  );

  it("names what is wrong with its arguments and starts nothing", async () => {
    const { stderr, code } = await start("--trace", join(folder, "none.ndjson")).ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^demo failed: cannot open the trace .*none\.ndjson \(ENOENT\)/);
    expect(left()).toEqual([]);
    expect((await start("--orders", "many").ended).stderr).toMatch(/Allowed: a whole number/);
  });
});
