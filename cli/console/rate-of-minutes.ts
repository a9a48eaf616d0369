const MINUTE_MS = 60_000;
const LATE_MINUTES = 3;

/**
 * How many a second now, from counts by the minute's start: of the last 60 seconds where the running
 * minute is known already, else of the newest minute that is. No count for minutes: none.
 */
export const appliedPerSecond = (counts: ReadonlyMap<number, number>, nowMs: number): number => {
  const thisMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  const running = counts.get(thisMs);
  const before = counts.get(thisMs - MINUTE_MS) ?? 0;
  if (running !== undefined) {
    const left = 1 - (nowMs - thisMs) / MINUTE_MS;
    return (running + before * left) / 60;
  }
  for (let back = 1; back <= LATE_MINUTES; back++) {
    const count = counts.get(thisMs - back * MINUTE_MS);
    if (count !== undefined) return count / 60;
  }
  return 0;
};
