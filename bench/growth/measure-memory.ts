import { fork } from "node:child_process";
import { once } from "node:events";
import { startDynoxide } from "../../test/emulators/start-dynoxide.ts";
import type { PartOptions } from "../part.ts";
import { createPlaceTables } from "./create-place-tables.ts";
import { type Names, PLACES } from "./place.ts";
import { EVENTS_A_DAY } from "./shop-day.ts";

/** After a garbage collection. */
export type MemoryUse = { readonly heapBytes: number; readonly rssBytes: number };

export type MemoryRun = {
  readonly endpoint: string;
  readonly names: Names;
  readonly days: number;
  readonly place: string;
};

export type MemoryGrowth = { readonly first: MemoryUse; readonly last: MemoryUse };

const CHILD = new URL("./memory-child.ts", import.meta.url);
const PLACE = "inventory";

const runChild = async (run: MemoryRun, signal: AbortSignal): Promise<readonly MemoryUse[]> => {
  const child = fork(CHILD, { execArgv: ["--expose-gc"], signal });
  const told: MemoryUse[] = [];
  child.on("message", (message) => told.push(message as MemoryUse));
  child.send(run);
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`the process whose memory is measured ended with ${code}`);
  return told;
};

/** What one process of the function holds after the first day, and after the last. */
export const measureMemory = async (options: PartOptions, days: number): Promise<MemoryGrowth> => {
  const place = PLACES.find(({ name }) => name === PLACE);
  if (place === undefined) throw new Error(`there is no place ${PLACE}`);
  options.onProgress(`${days * EVENTS_A_DAY} events through one process of ${PLACE}`);
  const dynoxide = await startDynoxide();
  try {
    const names = await createPlaceTables(dynoxide.client, place, "memory");
    const run = { endpoint: dynoxide.endpoint, names, days, place: PLACE };
    const [first, last] = await runChild(run, options.signal);
    if (first === undefined || last === undefined) throw new Error("no memory was told");
    return { first, last };
  } finally {
    await dynoxide.stop();
  }
};
