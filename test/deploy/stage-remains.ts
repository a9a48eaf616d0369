/** What there is of a stage, asked of the services themselves. */
import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";

export const stackOf = (stage: string) => `OrderEventBus-${stage}`;

export const withClient = async <C extends { destroy: () => void }, T>(
  client: C,
  run: (client: C) => Promise<T>,
): Promise<T> => {
  try {
    return await run(client);
  } finally {
    client.destroy();
  }
};

export const isDeployed = (stage: string): Promise<boolean> =>
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

export const tablesOf = (stage: string): Promise<string[]> =>
  withClient(new DynamoDBClient(), async (client) => {
    const { TableNames = [] } = await client.send(new ListTablesCommand());
    return TableNames.filter((name) => name.startsWith(`${stackOf(stage)}-`));
  });

export const queuesOf = (stage: string): Promise<string[]> =>
  withClient(new SQSClient(), async (client) => {
    const command = new ListQueuesCommand({ QueueNamePrefix: `${stackOf(stage)}-` });
    return (await client.send(command)).QueueUrls ?? [];
  });
