import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Processes whose command line names the folder; all that was started there does. */
export const processesOf = (folder: string): string[] =>
  execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" })
    .split("\n")
    .filter((line) => line.includes(folder))
    .map((line) => line.trim().slice(0, 160));

/** What a run must not leave: processes, and the folder with all that was written. */
export const leftBehind = (folder: string): string[] => [
  ...processesOf(folder).map((line) => `process ${line}`),
  ...(existsSync(folder) ? [`folder ${folder}`] : []),
];
