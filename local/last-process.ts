/**
 * Keeps two emulators off one set of files: when the runtime is killed its emulators die with it, but
 * a moment later, and until then they hold their port and their database.
 */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { writeAtomically } from "./atomic-file.ts";
import { identify, isAlive, type ProcessIdentity } from "./process-tree.ts";

const GONE_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 10;

const readProcess = (file: string): ProcessIdentity | undefined =>
  existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;

export const rememberProcess = (file: string, pid: number): void =>
  writeAtomically(file, JSON.stringify(identify(pid)));

/** It ended while the runtime watched. */
export const forgetProcess = (file: string): void => rmSync(file, { force: true });

/** Resolves when the process that the file remembers is gone; throws when it stays. */
export const lastProcessGone = async (file: string): Promise<void> => {
  const last = readProcess(file);
  const deadline = performance.now() + GONE_WITHIN_MS;
  while (last && isAlive(last)) {
    if (performance.now() > deadline)
      throw new Error(
        `process ${last.pid} of an earlier run still works on the data beside ${file}: end it`,
      );
    await sleep(LOOK_EVERY_MS);
  }
};
