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

/** Processor seconds by part of the running bus, most first: where the time goes on one machine. */
export const describeCpu = (bus: EmbeddedBus): string => {
  const parts = new Map<string, number>();
  const add = (part: string, seconds: number) => parts.set(part, (parts.get(part) ?? 0) + seconds);
  for (const name of bus.functionNames) {
    for (const pid of bus.functionPids(name)) add(partOf(name), cpuSeconds(pid));
  }
  for (const [name, pid] of Object.entries(bus.emulatorPids())) {
    if (pid !== undefined) add(name, cpuSeconds(pid));
  }
  add("runtime and player", cpuSeconds(process.pid));
  return [...parts]
    .sort(([, a], [, b]) => b - a)
    .map(([part, seconds]) => `${part} ${seconds.toFixed(1)} s`)
    .join(", ");
};
