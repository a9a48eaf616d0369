import type { Publication } from "./ports.ts";
import { utf8Bytes } from "./utf8-bytes.ts";

/** A `PublishBatch` takes 10 entries (1.6) and 256 KiB (1.7), less a margin for its envelope. */
const MAX_ENTRIES = 10;
export const MAX_BATCH_BYTES = 240 * 1024;

/** Splits a wave, which has one event an order at most, into calls; an oversized one goes alone. */
export const splitWave = <T extends { readonly publication: Publication }>(
  wave: readonly T[],
): readonly (readonly T[])[] => {
  const calls: T[][] = [];
  let bytes = 0;
  for (const entry of wave) {
    const size = utf8Bytes(entry.publication.body);
    const call = calls.at(-1);
    if (call !== undefined && call.length < MAX_ENTRIES && bytes + size <= MAX_BATCH_BYTES) {
      call.push(entry);
      bytes += size;
    } else {
      calls.push([entry]);
      bytes = size;
    }
  }
  return calls;
};

/** Runs the tasks, at most `limit` at a time; results in the order given. */
export const runBounded = async <T>(
  tasks: readonly (() => Promise<T>)[],
  limit: number,
): Promise<T[]> => {
  const results: T[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < tasks.length; index = next++) {
      const task = tasks[index] as () => Promise<T>;
      results[index] = await task();
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, tasks.length) }, worker));
  return results;
};
