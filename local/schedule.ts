/**
 * Calls a function by the clock, as a scheduled rule of EventBridge does, but one call at a time:
 * a call that takes longer than the period delays the next. A call that fails is not made again,
 * since the next one comes anyway.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { FunctionPool } from "./function-pool.ts";

export type ScheduleSettings = {
  readonly functionName: string;
  readonly everySeconds: number;
  readonly enabled: boolean;
};

export type Schedule = {
  /** Waits for a call that runs. */
  readonly stop: () => Promise<void>;
};

const scheduledEvent = () => ({
  version: "0",
  source: "aws.events",
  "detail-type": "Scheduled Event",
  time: new Date().toISOString(),
  detail: {},
});

/** The first call is made at once: a rule that is there for long fires at any moment. */
export const startSchedule = (
  { everySeconds, enabled }: ScheduleSettings,
  { pool, onProblem }: { readonly pool: FunctionPool; readonly onProblem: (text: string) => void },
): Schedule => {
  const stopped = new AbortController();
  const run = async () => {
    while (!stopped.signal.aborted) {
      const nextAt = performance.now() + everySeconds * 1_000;
      const result = await pool.invoke(scheduledEvent());
      if (result.kind === "throttled") onProblem("a scheduled call was throttled");
      if (result.kind === "failed" || result.kind === "initFailed") {
        onProblem(`a scheduled call failed: ${result.error.errorMessage}`);
      }
      const waitMs = Math.max(0, nextAt - performance.now());
      await sleep(waitMs, undefined, { signal: stopped.signal }).catch(() => {});
    }
  };
  const running = enabled ? run() : Promise.resolve();
  return {
    stop: () => {
      stopped.abort();
      return running;
    },
  };
};
