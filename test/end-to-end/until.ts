import { setTimeout as sleep } from "node:timers/promises";

const LOOK_EVERY_MS = 50;
const PATIENCE_MS = 90_000;

/** Waits until a look shows something; what is waited for is told when it never comes. */
export const until = async <T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> => {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > giveUpAt) throw new Error(`waited ${PATIENCE_MS / 1_000} s: ${what}`);
    await sleep(LOOK_EVERY_MS);
  }
};
