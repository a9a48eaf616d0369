/** The flow of one stage: its status, and what CloudWatch adds to it. */
import { readAlarms, type StageAlarm } from "../alarms/read-alarms.ts";
import type { Stage } from "../stage-clients.ts";
import { readStatus } from "../status/read-status.ts";
import type { AlarmView, FlowView } from "./console-views.ts";
import { readMinutes } from "./read-minutes.ts";
import { readSeldom } from "./read-seldom.ts";

/** Each read of a stage on AWS asks CloudWatch and every queue, and is paid for. */
export const flowEveryMs = ({ outputs }: Stage): number =>
  outputs.endpoints === undefined ? 30_000 : 2_000;
/** Minutes change once a minute, and so do the alarms on them; on this machine a read costs nothing. */
const everyMs = ({ outputs }: Stage): number => (outputs.endpoints === undefined ? 15_000 : 2_000);
/** A page that waits for CloudWatch would show nothing of what is known. */
const PATIENCE_MS = 5_000;

/** CloudWatch names an alarm that has set off a combined one by its ARN; the stage is known here. */
const readable = (reason: string): string => reason.replace(/arn:\S+?:alarm:[^/\s]+\//g, "");

const alarmView = ({ name, because, runbook, sinceMs, reason }: StageAlarm): AlarmView => ({
  ...{ name, about: because, why: readable(reason) },
  ...(runbook === undefined ? {} : { runbook }),
  ...(sinceMs === undefined ? {} : { sinceMs }),
});

/** One that is a part of a combined one is told by that. */
const ringing = (alarms: readonly StageAlarm[]): readonly AlarmView[] =>
  alarms.filter(({ state, tells }) => state === "rings" && tells === "itself").map(alarmView);

const orNothing = <T>(reading: Promise<T>): Promise<T | undefined> =>
  reading.catch(() => undefined);

export const stageFlow = (stage: Stage): ((signal: AbortSignal) => Promise<FlowView>) => {
  const seldom = { everyMs: everyMs(stage), nowMs: Date.now };
  const patient = (signal: AbortSignal) =>
    AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
  const minutesOf = readSeldom(
    (signal) => readMinutes(stage, { nowMs: Date.now(), signal: patient(signal) }),
    seldom,
  );
  const alarmsOf = readSeldom((signal) => readAlarms(stage, { signal: patient(signal) }), seldom);
  return async (signal) => {
    const [status, minutes, alarms] = await Promise.all([
      readStatus(stage, { signal }),
      orNothing(minutesOf(signal)),
      orNothing(alarmsOf(signal)),
    ]);
    return {
      status,
      ...(minutes === undefined ? {} : { minutes }),
      ...(alarms === undefined ? {} : { alarms: ringing(alarms) }),
    };
  };
};
