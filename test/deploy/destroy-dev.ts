import assert from "node:assert/strict";
import { isDeployed, queuesOf, tablesOf } from "./stage-remains.ts";
import type { Context, Step } from "./step.ts";
import { DEV } from "./try-stage.ts";

const destroy = async ({ workspace }: Context): Promise<string> => {
  await workspace.cdk("destroy", "--force");
  assert.equal(await isDeployed(DEV), false, "the stack is still there");
  assert.deepEqual([...(await tablesOf(DEV)), ...(await queuesOf(DEV))], []);
  return "no stack, no table and no queue is left";
};

export const destroyDev: Step = { name: "cdk destroy", run: destroy };
