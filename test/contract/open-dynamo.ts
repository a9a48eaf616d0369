import { DeleteTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type Dynoxide, startDynoxide } from "../emulators/start-dynoxide.ts";

const TABLES = ["dedup", "stock-table", "velocity-table", "facts-table"];

/** The DynamoDB that `npm run contract` names, or a dynoxide of one's own. */
export const openDynamo = async (): Promise<Dynoxide> => {
  const endpoint = process.env.CONTRACT_DYNAMODB;
  if (endpoint === undefined) return startDynoxide();
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials });
  return {
    endpoint,
    client,
    stop: async () => {
      for (const TableName of TABLES) await client.send(new DeleteTableCommand({ TableName }));
      client.destroy();
    },
  };
};
