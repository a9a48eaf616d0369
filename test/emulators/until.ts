import { setTimeout as sleep } from "node:timers/promises";

const ASK_EVERY_MS = 20;
const PATIENCE_MS = 180_000;

const shown = (answer: unknown): string => (JSON.stringify(answer) ?? "nothing").slice(0, 1_000);

/**
 * For facts that no event announces: asks again until the answer holds, which is any but nothing,
 * `false` and 0 unless told otherwise. What never comes is named, with the last answer.
 */
export const until = async <T>(
  what: string,
  ask: () => T | Promise<T>,
  holds: (answer: T) => boolean = Boolean,
): Promise<Exclude<T, undefined | false>> => {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer as Exclude<T, undefined | false>;
    if (performance.now() > giveUpAt) {
      throw new Error(`waited ${PATIENCE_MS / 1_000} s: ${what}; it is ${shown(answer)}`);
    }
    await sleep(ASK_EVERY_MS);
  }
};
