/** The admission door in words. */
import type { AdmissionState, Gauge, Pressure } from "../../lambdas/core/admission.ts";
import { count } from "../describe-figures.ts";
import type { AdmissionStatus } from "./read-status.ts";

const GAUGE_NAMES: Readonly<Record<Gauge, string>> = {
  depth: "messages to do",
  deadLetters: "dead letters",
  retrying: "being retried without budget",
};

const describePressure = ({ consumer, gauge, value }: Pressure): string =>
  `${consumer}: ${count(value)} ${GAUGE_NAMES[gauge]}`;

export const instant = (ms: number): string => new Date(ms).toISOString();

const reasonOf = ({ forced, pressures }: AdmissionState, isForced: boolean): string => {
  const gauges = pressures.map(describePressure).join("; ");
  if (!isForced) return gauges === "" ? "" : ` (${gauges})`;
  if (forced === undefined) return "";
  const beneath = gauges === "" ? "the gauges would leave it open" : `the gauges show ${gauges}`;
  return `, forced by ${forced.by} until ${instant(forced.untilMs)}: ${forced.why} (${beneath})`;
};

/** In one line: whether new orders are taken, and why. */
export const describeDoor = ({ door, state, isForced }: AdmissionStatus): string => {
  const reason = reasonOf(state, isForced);
  switch (door.kind) {
    case "open":
      return `admission is open: new orders are taken${reason}`;
    case "closed":
      return `admission is closed: new orders get 503${reason}`;
    case "unknown":
      return door.why === "never decided"
        ? "admission was never decided: new orders are taken"
        : `nobody has decided about admission since ${instant(state.decidedAtMs)}: new orders are taken`;
  }
};

/** The same, with what was decided when. */
export const describeAdmission = (admission: AdmissionStatus): string => {
  const { position, sinceMs, holdsUntilMs, decidedAtMs } = admission.state;
  const door = describeDoor(admission);
  if (decidedAtMs === 0) return door;
  const since = sinceMs === 0 ? "" : ` since ${instant(sinceMs)}`;
  const holds = holdsUntilMs > decidedAtMs ? `, and stays so until ${instant(holdsUntilMs)}` : "";
  return [
    `by the gauges it is ${position}${since}${holds}; they were last looked at ${instant(decidedAtMs)}`,
    door,
  ].join("\n");
};
