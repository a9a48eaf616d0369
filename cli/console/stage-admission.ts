import { dynamoAdmissionStore } from "../../lambdas/aws/dynamo-admission-store.ts";
import {
  type AdmissionState,
  forceAdmission,
  releaseAdmission,
} from "../../lambdas/core/admission.ts";
import type { Stage } from "../stage-clients.ts";
import type { ConsolePorts } from "./console-ports.ts";

/** The function that looks at the gauges writes once a minute, so a second try is rare. */
const TRIES = 5;

export const stageAdmission = (
  { dynamo, outputs }: Stage,
  operator: string,
): ConsolePorts["admission"] => {
  const store = dynamoAdmissionStore(dynamo, outputs.DedupTable);
  const change = async (next: (before: AdmissionState) => AdmissionState) => {
    for (let tried = 1; tried <= TRIES; tried++) {
      const after = next(await store.read());
      if ((await store.write(after)) === "written") return after;
    }
    throw new Error(`the admission state was changed by others ${TRIES} times in a row`);
  };
  return {
    force: (order) => change((before) => forceAdmission(before, { ...order, by: operator })),
    release: () => change(releaseAdmission),
  };
};
