import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const BUS = join(import.meta.dirname, "../../cli/bus.ts");

const run = async (...args: string[]) => {
  const command = promisify(execFile)(process.execPath, [BUS, "plan", ...args]);
  return command.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error) => ({ code: error.code as number, stdout: error.stdout, stderr: error.stderr }),
  );
};
const backlog = ["--backlog", "100M", "--consumer", "warehouse", "--batch-ms", "200"];

it("shows each figure with its arithmetic", async () => {
  const { code, stdout } = await run(...backlog, "--within", "6h");
  expect(code).toBe(0);
  // 10 / 0.2 s × 0.7 = 35 events/s; 100M / 21,600 s = 4,629.6 events/s; that over 35 is 132.3.
  expect(stdout).toContain("10 events a batch (3.1) / 0.2 s × 0.7 busy = 35 events/s");
  expect(stdout).toContain("(100,000,000 / 21,600 s + 0/s arriving) / 35 = 132 slots; 133 with");
  expect(stdout).toMatch(/RAISE {2}the mapping's maximum concurrency \(3\.18\): 133 of 20/);
  expect(stdout).toMatch(/the first 120,000 messages only \(2\.27\)/);
  expect(stdout).toMatch(/node test\/load\/measure-costs\.ts, commit [0-9a-f]{7}/);
});

it("says by its exit code that it is not possible, and how soon it is", async () => {
  const { code, stdout } = await run(...backlog, "--within", "10m");
  expect(code).toBe(1);
  // 1,000 slots × 35 events/s, and some minutes until all work.
  expect(stdout.split("\n")[0]).toMatch(/NOT POSSIBLE.*The soonest is 49\.\d min/);
});

it("prints one JSON document, with what was measured and how", async () => {
  const { stdout } = await run(...backlog, "--within", "6h", "--json");
  const { usable, needs, measured } = JSON.parse(stdout);
  expect({ usable, needs: needs.length }).toEqual({ usable: 133, needs: 8 });
  expect(measured.commit).toMatch(/^[0-9a-f]{7,}$/);
});

it("does not warn of SQS's window where a backlog fits into it", async () => {
  const { stdout } = await run(...backlog.with(1, "120k"), "--within", "6h");
  expect(stdout).not.toContain("(2.27)");
});

it.each([
  [["--backlog", "lots", "--consumer", "warehouse", "--within", "6h"], "backlog is lots; allowed:"],
  [["--backlog", "1M", "--consumer", "warehouse", "--within", "6"], "time is 6; allowed:"],
  [["--backlog", "1M", "--consumer", "gift", "--within", "6h"], "no consumer|a consumer gift"],
  [["--consumer", "gift", "--within", "6h"], "required option '--backlog"],
])("refuses %j", async (args, why) => {
  const { code, stderr } = await run(...args);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(new RegExp(why)) });
});
