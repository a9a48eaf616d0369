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

type Head = {
  readonly publication: Publication;
  /** The place of its record in the batch. */
  readonly position: number;
  /** What its order has to send, itself included. */
  readonly left: number;
};

/**
 * Packs the next events of orders, one of each, into calls as full as they get.
 *
 * The lowest record goes first: the first call is the one that always goes out, and only with that
 * record does the checkpoint move. Then the orders with most to send, since an order has one entry
 * a call and would else be alone in the last ones. A last call that is not full is left out while
 * an order before it goes on: with that order's next event it is fuller in the next wave.
 */
export const packWave = <T extends Head>(heads: readonly T[]): readonly (readonly T[])[] => {
  const lowest = Math.min(...heads.map(({ position }) => position));
  const rank = ({ position, left }: T) => (position === lowest ? Number.MAX_SAFE_INTEGER : left);
  const calls = splitWave(heads.toSorted((a, b) => rank(b) - rank(a)));
  const full = calls.slice(0, -1);
  const goesOn = full.flat().some(({ left }) => left > 1);
  return goesOn && (calls.at(-1)?.length ?? 0) < MAX_ENTRIES ? full : calls;
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
