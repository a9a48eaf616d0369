import { setTimeout as sleep } from "node:timers/promises";

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;

/** Looks until there is something to see, for as long as asked; then says what never came. */
export const waitFor = async <T>(
  what: () => string,
  patienceMs: number,
  look: () => Promise<T | undefined>,
): Promise<T> => {
  const giveUpAt = performance.now() + patienceMs;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 1.5)) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > giveUpAt) {
      throw new Error(`waited ${Math.round(patienceMs / 1_000)} s: ${what()}`);
    }
    await sleep(waitMs);
  }
};
