import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

const ps = (...args: readonly string[]): string[] =>
  execFileSync("ps", args, { encoding: "utf8", maxBuffer: 2 ** 26 })
    .trim()
    .split("\n");

/**
 * Processes that name the folder in their command line or in their environment: whatever is
 * started there has it as its home. The environment is not shown, for it may hold secrets.
 */
export const processesOf = (folder: string): string[] => {
  const found = ps("axeww", "-o", "pid=,args=").filter((line) => line.includes(folder));
  const ids = new Set(found.map((line) => Number.parseInt(line, 10)));
  return ps("ax", "-o", "pid=,args=")
    .map((line) => line.trim().slice(0, 160))
    .filter((line) => ids.has(Number.parseInt(line, 10)));
};

/** What a run must not leave: processes, and the folder with all that was written. */
export const leftBehind = (folder: string): string[] => [
  ...processesOf(folder).map((line) => `process ${line}`),
  ...(existsSync(folder) ? [`folder ${folder}`] : []),
];
