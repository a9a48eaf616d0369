import type { Stage } from "../stage-clients.ts";
import { forceDoor, releaseDoor } from "../status/change-admission.ts";
import type { ConsolePorts } from "./console-ports.ts";

export const stageAdmission = (stage: Stage, operator: string): ConsolePorts["admission"] => ({
  force: (order) => forceDoor(stage, { ...order, by: operator }),
  release: () => releaseDoor(stage),
});
