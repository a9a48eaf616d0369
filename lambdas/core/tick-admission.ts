/**
 * One look at the gauges: read, decide, write on the condition that nobody wrote meanwhile.
 *
 * It throws when the gauges or the state cannot be read or written, and then nothing was decided:
 * a door that nobody decides about for some minutes stands open (`doorAt`).
 */
import {
  type AdmissionRules,
  type AdmissionState,
  decideAdmission,
  type Signals,
} from "./admission.ts";
import type { AdmissionStore, Clock, ReadSignals } from "./ports.ts";

export type TickPorts = {
  readonly store: AdmissionStore;
  readonly readSignals: ReadSignals;
  readonly clock: Pick<Clock, "nowMs">;
};

export type TickReport = {
  readonly signals: Signals;
  readonly before: AdmissionState;
  readonly after: AdmissionState;
};

/** An operator writes now and then, and a second look at the same time is rare. */
const TRIES = 3;

export const tickAdmission = async (
  { store, readSignals, clock }: TickPorts,
  rules: AdmissionRules,
): Promise<TickReport> => {
  const signals = await readSignals();
  for (let tried = 1; tried <= TRIES; tried++) {
    const before = await store.read();
    const after = decideAdmission(before, signals, rules, clock.nowMs());
    if ((await store.write(after)) === "written") return { signals, before, after };
  }
  throw new Error(`the admission state was changed by others ${TRIES} times in a row`);
};
