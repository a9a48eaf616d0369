/** What is left of a stage that is destroyed: nothing of dev, the data of prod. */
import assert from "node:assert/strict";
import {
  CloudFormationClient,
  DescribeStacksCommand,
  UpdateTerminationProtectionCommand,
} from "@aws-sdk/client-cloudformation";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describeReport, describeResult } from "../acceptance/describe-result.ts";
import { runScenarios } from "../acceptance/run-scenarios.ts";
import { SCENARIOS } from "../acceptance/scenarios.ts";
import { makeTopicFifo } from "./make-topic-fifo.ts";
import type { Context, Step } from "./step.ts";
import { DEV } from "./try-stage.ts";

const PROD = "prod";
const stackOf = (stage: string) => `OrderEventBus-${stage}`;

const withClient = async <C extends { destroy: () => void }, T>(
  client: C,
  run: (client: C) => Promise<T>,
): Promise<T> => {
  try {
    return await run(client);
  } finally {
    client.destroy();
  }
};

const isDeployed = (stage: string): Promise<boolean> =>
  withClient(new CloudFormationClient(), async (client) => {
    const command = new DescribeStacksCommand({ StackName: stackOf(stage) });
    return client.send(command).then(
      () => true,
      (error: Error) => {
        if (error.message.includes("does not exist")) return false;
        throw error;
      },
    );
  });

const tablesOf = (stage: string): Promise<string[]> =>
  withClient(new DynamoDBClient(), async (client) => {
    const { TableNames = [] } = await client.send(new ListTablesCommand());
    return TableNames.filter((name) => name.startsWith(`${stackOf(stage)}-`));
  });

const queuesOf = (stage: string): Promise<string[]> =>
  withClient(new SQSClient(), async (client) => {
    const command = new ListQueuesCommand({ QueueNamePrefix: `${stackOf(stage)}-` });
    return (await client.send(command)).QueueUrls ?? [];
  });

const destroyDev = async ({ workspace }: Context): Promise<string> => {
  await workspace.cdk("destroy", "--force");
  assert.equal(await isDeployed(DEV), false, "the stack is still there");
  assert.deepEqual([...(await tablesOf(DEV)), ...(await queuesOf(DEV))], []);
  return "no stack, no table and no queue is left";
};

const deployProd = async ({ workspace, tell }: Context): Promise<string> => {
  const context = ["-c", `stage=${PROD}`, "-c", "alarmEmail=ops@shop.example"];
  await workspace.cdk("deploy", "--require-approval", "never", ...context);
  await makeTopicFifo(PROD);
  const report = await runScenarios({
    ...{ stage: PROD, patienceSeconds: 120 },
    scenarios: SCENARIOS.filter(({ name }) => ["whole-order", "cancel", "unsigned"].includes(name)),
    onResult: (result) => tell(describeResult(result)),
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
  const destroy = () => workspace.cdk("destroy", "--force", "-c", `stage=${PROD}`);
  await assert.rejects(destroy, /protect/i);
  assert.equal(await isDeployed(PROD), true, "a protected stack was destroyed");
  await allowDestroy();
  await destroy();
  assert.equal(await isDeployed(PROD), false, "the stack is still there");
  const kept = await tablesOf(PROD);
  assert.deepEqual(kept.toSorted(), before.toSorted(), "tables");
  return `refused while protected; then ${kept.length} tables outlived the stack, as they must`;
};

export const destroyStages: readonly Step[] = [
  { name: "cdk destroy", run: destroyDev },
  { name: "cdk deploy of prod", run: deployProd },
  { name: "cdk destroy of prod", run: destroyProd },
];
