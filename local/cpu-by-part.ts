import type { EmbeddedBus } from "./embedded-bus.ts";
import { cpuSeconds } from "./process-tree.ts";

const PARTS = {
  "-Api": "order API",
  "-Relay": "relay",
  "-Admission": "admission",
  "-Patrol": "patrol",
} as const;

const partOf = (functionName: string): string =>
  Object.entries(PARTS).find(([ending]) => functionName.includes(ending))?.[1] ?? "consumers";

/** Processor seconds so far by part of the running bus; `runtime` is this process. */
export const cpuByPart = (bus: EmbeddedBus): ReadonlyMap<string, number> => {
  const parts = new Map<string, number>();
  const add = (part: string, seconds: number) => parts.set(part, (parts.get(part) ?? 0) + seconds);
  for (const name of bus.functionNames) {
    for (const pid of bus.functionPids(name)) add(partOf(name), cpuSeconds(pid));
  }
  for (const [name, pid] of Object.entries(bus.emulatorPids())) {
    if (pid !== undefined) add(name, cpuSeconds(pid));
  }
  add("runtime", cpuSeconds(process.pid));
  return parts;
};
