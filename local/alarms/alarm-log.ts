/** Every change of an alarm's state, a line each: CloudWatch's alarm history, on one machine. */
import { createWriteStream } from "node:fs";
import type { AlarmChange } from "./alarm-watch.ts";

export type AlarmLog = {
  readonly changed: (change: AlarmChange) => void;
  readonly problem: (message: string) => void;
  readonly end: () => void;
};

export const openAlarmLog = (file: string): AlarmLog => {
  const out = createWriteStream(file, { flags: "a" });
  const write = (line: object) => out.write(`${JSON.stringify(line)}\n`);
  return {
    changed: ({ alarm, from, to: { value, reason, sinceMs } }) =>
      write({ at: new Date(sinceMs).toISOString(), alarm: alarm.name, from, to: value, reason }),
    problem: (message) => write({ at: new Date().toISOString(), problem: message }),
    end: () => out.end(),
  };
};
