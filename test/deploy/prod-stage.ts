/** The prod stage: deployed, tried, protected, and what is left of it when it goes after all. */
import assert from "node:assert/strict";
import {
  CloudFormationClient,
  UpdateTerminationProtectionCommand,
} from "@aws-sdk/client-cloudformation";
import { describeReport, describeResult } from "../acceptance/describe-result.ts";
import { runScenarios } from "../acceptance/run-scenarios.ts";
import { SCENARIOS } from "../acceptance/scenarios.ts";
import { makeTopicFifo } from "./make-topic-fifo.ts";
import { isDeployed, stackOf, tablesOf, withClient } from "./stage-remains.ts";
import type { Context, Step } from "./step.ts";

const PROD = "prod";
const CONTEXT = ["-c", `stage=${PROD}`, "-c", "alarmEmail=ops@shop.example"];

const deployProd = async ({ workspace, tell }: Context): Promise<string> => {
  await workspace.cdk("deploy", "--require-approval", "never", ...CONTEXT);
  await makeTopicFifo(PROD);
  const report = await runScenarios({
    ...{ stage: PROD, patienceSeconds: 120 },
    scenarios: SCENARIOS.filter(({ name }) => ["whole-order", "cancel", "unsigned"].includes(name)),
    onResult: (result) => tell(`${PROD}: ${describeResult(result)}`),
  });
  assert.equal(report.passed, 3, describeReport(report));
  return describeReport(report);
};

const allowDestroy = () =>
  withClient(new CloudFormationClient(), (client) =>
    client.send(
      new UpdateTerminationProtectionCommand({
        ...{ StackName: stackOf(PROD), EnableTerminationProtection: false },
      }),
    ),
  );

const destroyProd = async ({ workspace }: Context): Promise<string> => {
  const before = await tablesOf(PROD);
  assert.ok(before.length > 0, "no table");
  const destroy = () => workspace.cdk("destroy", "--force", ...CONTEXT);
  await assert.rejects(destroy, /protect/i);
  assert.equal(await isDeployed(PROD), true, "a protected stack was destroyed");
  await allowDestroy();
  await destroy();
  assert.equal(await isDeployed(PROD), false, "the stack is still there");
  const kept = await tablesOf(PROD);
  assert.deepEqual(kept.toSorted(), before.toSorted(), "tables");
  return `refused while protected; then ${kept.length} tables outlived the stack, as they must`;
};

export const prodStage: readonly Step[] = [
  { name: "cdk deploy of prod", run: deployProd },
  { name: "cdk destroy of prod", run: destroyProd },
];
