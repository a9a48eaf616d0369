import type { AlarmListener } from "./alarms/alarm-runtime.ts";

/** A line an alarm that tells somebody: that it rings and why, or that it is over. */
export const tellAlarm =
  (tell: (text: string) => void): AlarmListener =>
  ({ alarm, to }) =>
    tell(
      to.value === "ALARM"
        ? `ALARM ${alarm.name}: ${alarm.description}`
        : `The alarm ${alarm.name} is over.`,
    );
