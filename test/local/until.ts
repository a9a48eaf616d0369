import { setTimeout as sleep } from "node:timers/promises";

/** For facts that no event announces: asks again until they hold, and fails with the last answer. */
export const until = async <T>(
  ask: () => T | Promise<T>,
  holds: (answer: T) => boolean,
  withinMs = 10_000,
): Promise<T> => {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (Date.now() > deadline)
      throw new Error(`still ${JSON.stringify(answer)} after ${withinMs} ms`);
    await sleep(20);
  }
};
