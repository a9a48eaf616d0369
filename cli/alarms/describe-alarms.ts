import { describeSpan } from "../status/describe-span.ts";
import type { StageAlarm } from "./read-alarms.ts";

const WORDS = { rings: "RINGS  ", quiet: "quiet  ", "no data": "no data" } as const;
const INDENT = " ".repeat(WORDS.rings.length + 1);

const headOf = ({ name, state, sinceMs, tells }: StageAlarm, nowMs: number): string => {
  const since = sinceMs === undefined ? "" : `, for ${describeSpan(nowMs - sinceMs)}`;
  return `${WORDS[state]} ${name}${since}${tells === "combined" ? ", told by a combined one" : ""}`;
};

const bodyOf = (alarm: StageAlarm): readonly string[] => {
  const { state, because, runbook, reason } = alarm;
  if (state === "quiet") return [];
  const why = state === "rings" ? because : reason;
  return [why, runbook ?? ""].filter((line) => line !== "").map((line) => `${INDENT}${line}`);
};

const countOf = (alarms: readonly StageAlarm[], state: StageAlarm["state"]): number =>
  alarms.filter((alarm) => alarm.state === state).length;

/** Those of `shown`, and how many there are of all. */
export const describeAlarms = (
  alarms: readonly StageAlarm[],
  { shown, nowMs }: { readonly shown: readonly StageAlarm["state"][]; readonly nowMs: number },
): string => {
  const lines = alarms
    .filter(({ state }) => shown.includes(state))
    .flatMap((alarm) => [headOf(alarm, nowMs), ...bodyOf(alarm)]);
  const total =
    alarms.length === 0
      ? "this stage has no alarms"
      : `${alarms.length} alarms: ${countOf(alarms, "rings")} ring, ${countOf(alarms, "quiet")} quiet, ${countOf(alarms, "no data")} without data`;
  return [...lines, total].join("\n");
};
