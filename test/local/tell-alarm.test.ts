import { expect, it } from "vitest";
import { createAlarmWatch } from "../../local/alarms/alarm-watch.ts";
import { tellAlarm } from "../../local/tell-alarm.ts";
import { plainAlarm } from "./make-alarm.ts";

it("tells in a line that an alarm rings and what has happened, and that it is over", () => {
  const lines: string[] = [];
  const tell = tellAlarm((line) => lines.push(line));
  const watch = createAlarmWatch([plainAlarm("dev/fraud/Dead")], 0);
  for (const value of ["ALARM", "OK"] as const) {
    for (const change of watch.set("dev/fraud/Dead", { value, reason: "" }, 1)) tell(change);
  }
  expect(lines).toEqual([
    "ALARM dev/fraud/Dead: dev/fraud/Dead fails.",
    "The alarm dev/fraud/Dead is over.",
  ]);
});
