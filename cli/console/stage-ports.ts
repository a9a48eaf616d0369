/** The console's ports over one stage: the same functions that the commands call. */
import { userInfo } from "node:os";
import { readTimeline } from "../order/read-timeline.ts";
import type { Stage } from "../stage-clients.ts";
import { readStatus } from "../status/read-status.ts";
import type { ConsolePorts } from "./console-ports.ts";
import { stageAdmission } from "./stage-admission.ts";

export const stagePorts = (stage: Stage): ConsolePorts => {
  const { stackName, Consumers } = stage.outputs;
  const operator = userInfo().username;
  return {
    stageName: stackName,
    consumers: Consumers.map(({ name }) => name),
    operator,
    nowMs: Date.now,
    readFlow: async (signal) => ({
      status: await readStatus(stage, { signal }),
      appliedPerSecond: {},
    }),
    readTimeline: (orderId) => readTimeline(stage, orderId),
    admission: stageAdmission(stage, operator),
  };
};
