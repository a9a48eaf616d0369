/**
 * The worlds of a seed, shared out among child processes in ranges: whoever is done takes the next
 * one, so all are busy to the end. What is found does not depend on who ran what.
 */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Range } from "./range-worker.ts";
import { addFindings, type Findings, noFindings } from "./run-summary.ts";

const WORKER = fileURLToPath(new URL("./range-worker.ts", import.meta.url));
/** Some tenths of a second of work. */
const RANGE = 250;

export type ProcessesOptions = Range & {
  readonly processes: number;
  readonly onProgress?: (done: number) => void;
};

type Ranges = { readonly next: () => Range | undefined; readonly stop: () => void };

const rangesOf = ({ seed, first, worlds, stopAfter, mutant }: Range): Ranges => {
  const end = first + worlds;
  let from = first;
  return {
    next: () => {
      if (from >= end) return undefined;
      const range = { seed, first: from, worlds: Math.min(RANGE, end - from), stopAfter };
      from += range.worlds;
      return { ...range, ...(mutant === undefined ? {} : { mutant }) };
    },
    stop: () => {
      from = end;
    },
  };
};

const ended = (range: Range, code: number | null, signal: string | null): Error => {
  const how = signal === null ? `code ${code}` : signal;
  const worlds = `worlds ${range.first} to ${range.first + range.worlds - 1} of seed ${range.seed}`;
  return new Error(`a process ended with ${how} in ${worlds}; what it said is above`);
};

/** Has one child run ranges until there are no more. */
const feed = (
  child: ChildProcess,
  ranges: Ranges,
  onFindings: (findings: Findings) => void,
): Promise<void> =>
  new Promise((resolve, reject) => {
    let range = ranges.next();
    const give = (): void => {
      if (range === undefined) resolve();
      else child.send(range);
    };
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      if (range !== undefined) reject(ended(range, code, signal));
    });
    child.on("message", (findings: Findings) => {
      onFindings(findings);
      range = ranges.next();
      give();
    });
    give();
  });

export const runInProcesses = async (options: ProcessesOptions): Promise<Findings> => {
  const ranges = rangesOf(options);
  let all = noFindings;
  const onFindings = (findings: Findings): void => {
    all = addFindings(all, findings);
    if (all.violations.length >= options.stopAfter) ranges.stop();
    options.onProgress?.(all.worlds);
  };
  // Only the parent writes to the standard output: its last line is the summary.
  const children = Array.from({ length: options.processes }, () =>
    fork(WORKER, { execArgv: [], stdio: ["ignore", 2, 2, "ipc"] }),
  );
  try {
    await Promise.all(children.map((child) => feed(child, ranges, onFindings)));
  } finally {
    for (const child of children) child.kill();
  }
  return all;
};
