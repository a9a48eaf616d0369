/**
 * Calls a function by the clock, as a scheduled rule of EventBridge does, but one call at a time:
 * a call that takes longer than the period delays the next. A call that fails is not made again,
 * since the next one comes anyway.
 */
import type { FunctionPool } from "./function-pool.ts";
import type { Repeated, RuntimeClock } from "./runtime-clock.ts";

export type ScheduleSettings = {
  readonly functionName: string;
  readonly everySeconds: number;
  readonly enabled: boolean;
};

export type ScheduleOptions = {
  readonly pool: FunctionPool;
  readonly clock: RuntimeClock;
  readonly onProblem: (text: string) => void;
};

const scheduledEvent = () => ({
  version: "0",
  source: "aws.events",
  "detail-type": "Scheduled Event",
  time: new Date().toISOString(),
  detail: {},
});

const NEVER: Repeated = { stop: async () => {} };

/** The first call is made at once: a rule that is there for long fires at any moment. */
export const startSchedule = (
  { everySeconds, enabled }: ScheduleSettings,
  { pool, clock, onProblem }: ScheduleOptions,
): Repeated => {
  const call = async () => {
    const result = await pool.invoke(scheduledEvent());
    if (result.kind === "throttled") onProblem("a scheduled call was throttled");
    if (result.kind === "failed" || result.kind === "initFailed") {
      onProblem(`a scheduled call failed: ${result.error.errorMessage}`);
    }
  };
  return enabled ? clock.every(everySeconds * 1_000, call) : NEVER;
};
