/** Facts about processes from /proc; where there is none, only whether a process lives. */
import { readdirSync, readFileSync } from "node:fs";

const tryRead = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
};

/** The fields behind the name, which is in parentheses and may hold anything. */
const statFields = (pid: number | string): readonly string[] | undefined => {
  const stat = tryRead(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
};

const lives = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};

/** The same for the whole life of a process, another one for a later process of that number. */
export const processStartTime = (pid: number): string | undefined => {
  const fields = statFields(pid);
  if (fields) return fields[0] === "Z" ? undefined : fields[19];
  return lives(pid) ? "unknown" : undefined;
};

/** A process that no other can be taken for, whatever number that one gets. */
export type ProcessIdentity = { readonly pid: number; readonly startTime: string };

export const identify = (pid: number): ProcessIdentity => ({
  pid,
  startTime: processStartTime(pid) ?? "",
});

export const isAlive = ({ pid, startTime }: ProcessIdentity): boolean =>
  processStartTime(pid) === startTime;

const descendants = (root: number): readonly number[] => {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    const parent = Number(statFields(name)?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const below = (pid: number): number[] => [pid, ...(children.get(pid) ?? []).flatMap(below)];
  return below(root);
};

/** Memory of a process and all below it, pages that they share counted once (PSS). */
export const memoryBytes = (root: number): number => {
  const kilobytes = descendants(root).map((pid) => {
    const pss = tryRead(`/proc/${pid}/smaps_rollup`)?.match(/^Pss:\s+(\d+) kB/m);
    return Number(pss?.[1] ?? 0);
  });
  return kilobytes.reduce((sum, value) => sum + value, 0) * 1024;
};

/** Linux counts processor time in hundredths of a second, whatever the kernel's own tick is. */
const TICKS_A_SECOND = 100;

/** Processor time of one process so far; 0 where there is no /proc. */
export const cpuSeconds = (pid: number): number => {
  const fields = statFields(pid);
  return (Number(fields?.[11] ?? 0) + Number(fields?.[12] ?? 0)) / TICKS_A_SECOND;
};
