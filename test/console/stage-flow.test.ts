import { expect, it } from "vitest";
import { flowEveryMs } from "../../cli/console/stage-flow.ts";
import type { Stage } from "../../cli/stage-clients.ts";

const stageWith = (endpoints: object) => ({ outputs: endpoints }) as Stage;

it("a stage on AWS, where each read is paid for, is read much more seldom than one on this machine", () => {
  const local = flowEveryMs(stageWith({ endpoints: {} }));
  expect(local).toBeLessThan(5_000);
  expect(flowEveryMs(stageWith({}))).toBeGreaterThanOrEqual(30_000);
});
