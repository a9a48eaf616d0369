import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import type { Stage } from "./stage-clients.ts";

/** Counted by DynamoDB every six hours only: for a progress bar, not for anything else. */
export const roughCount = async ({ dynamo }: Stage, table: string): Promise<number> => {
  const command = new DescribeTableCommand({ TableName: table });
  return (await dynamo.send(command)).Table?.ItemCount ?? 0;
};
