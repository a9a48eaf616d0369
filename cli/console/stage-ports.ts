/** The console's ports over one stage: the same functions that the commands call. */
import { operatorName } from "../dead-letters/redrive-lease.ts";
import { readTimeline } from "../order/read-timeline.ts";
import type { Stage } from "../stage-clients.ts";
import { forceDoor, releaseDoor } from "../status/change-admission.ts";
import type { ConsolePorts } from "./console-ports.ts";
import { stageDeadLetters } from "./stage-dead-letters.ts";
import { flowEveryMs, stageFlow } from "./stage-flow.ts";

export type StagePortsOptions = Pick<ConsolePorts, "onChange">;

export const stagePorts = (stage: Stage, { onChange }: StagePortsOptions): ConsolePorts => {
  const { stackName, Consumers } = stage.outputs;
  const operator = operatorName();
  return {
    stageName: stackName,
    consumers: Consumers.map(({ name }) => name),
    operator,
    nowMs: Date.now,
    readFlow: stageFlow(stage),
    everyMs: flowEveryMs(stage),
    readTimeline: (orderId) => readTimeline(stage, orderId),
    deadLetters: stageDeadLetters(stage, operator),
    admission: {
      force: (order) => forceDoor(stage, { ...order, by: operator }),
      release: () => releaseDoor(stage),
    },
    onChange,
  };
};
