/**
 * One execution environment of the inventory consumer that takes days of events, and tells what it
 * holds after the first day and after the last. It is started with `--expose-gc`.
 */
import { countingClient } from "./counting-client.ts";
import type { MemoryRun, MemoryUse } from "./measure-memory.ts";
import { PLACES } from "./place.ts";

/** Some objects are only let go by what the collection before has found. */
const COLLECTIONS = 3;

const look = (): MemoryUse => {
  if (globalThis.gc === undefined) throw new Error("start it with --expose-gc");
  for (let time = 0; time < COLLECTIONS; time++) globalThis.gc();
  const { heapUsed, rss } = process.memoryUsage();
  return { heapBytes: heapUsed, rssBytes: rss };
};

const run = async ({ endpoint, names, days, place }: MemoryRun): Promise<void> => {
  const { client } = countingClient(endpoint);
  const found = PLACES.find(({ name }) => name === place);
  if (found === undefined) throw new Error(`there is no place ${place}`);
  for (let day = 0; day < days; day++) {
    for (const piece of found.day(client, names, day)) await piece();
    if (day === 0 || day === days - 1) process.send?.(look());
  }
  client.destroy();
  process.disconnect();
};

process.once("message", (message) => void run(message as MemoryRun));
