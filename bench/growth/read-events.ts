import { EVENTS_A_DAY } from "./shop-day.ts";

const DEFAULT_EVENTS = 100_000;
const MAX_EVENTS = 1_000_000;

/** How many events the grown world has at the end, from `GROWTH_EVENTS`. Throws on another. */
export const readEvents = (env: NodeJS.ProcessEnv): number => {
  const text = env.GROWTH_EVENTS ?? String(DEFAULT_EVENTS);
  const events = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (events % EVENTS_A_DAY === 0 && events >= 2 * EVENTS_A_DAY && events <= MAX_EVENTS) {
    return events;
  }
  throw new Error(
    `GROWTH_EVENTS is ${text}; allowed: a multiple of ${EVENTS_A_DAY} from ${2 * EVENTS_A_DAY} to ${MAX_EVENTS}, such as ${DEFAULT_EVENTS}`,
  );
};
