/** An operator's order about new orders, which goes before what the gauges say. */
import { dynamoAdmissionStore } from "../../lambdas/aws/dynamo-admission-store.ts";
import {
  type AdmissionState,
  type Forced,
  forceAdmission,
  releaseAdmission,
} from "../../lambdas/core/admission.ts";
import type { Stage } from "../stage-clients.ts";

/** The function that looks at the gauges writes once a minute, so a second try is rare. */
const TRIES = 5;
/** More would make the door's item unreadable to those who look at it. */
const MOST_CHARACTERS = 500;

const change = async (
  { dynamo, outputs }: Stage,
  next: (before: AdmissionState) => AdmissionState,
): Promise<AdmissionState> => {
  const store = dynamoAdmissionStore(dynamo, outputs.DedupTable);
  for (let tried = 1; tried <= TRIES; tried++) {
    const after = next(await store.read());
    if ((await store.write(after)) === "written") return after;
  }
  throw new Error(`the admission state was changed by others ${TRIES} times in a row; try again`);
};

const refuse = (what: string, text: string): void => {
  if (text.length >= 1 && text.length <= MOST_CHARACTERS) return;
  throw new Error(
    `${what} has ${text.length} characters; allowed: 1 to ${MOST_CHARACTERS}, for whoever reads it`,
  );
};

/** Opens or closes the door to new orders until a moment, whatever the gauges show. */
export const forceDoor = async (stage: Stage, forced: Forced): Promise<AdmissionState> => {
  refuse("who ordered it", forced.by);
  refuse("the reason", forced.why);
  return change(stage, (before) => forceAdmission(before, forced));
};

/** Gives the door back to the gauges. */
export const releaseDoor = (stage: Stage): Promise<AdmissionState> =>
  change(stage, releaseAdmission);
