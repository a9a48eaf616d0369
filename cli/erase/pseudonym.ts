/**
 * The name that stands for an erased customer, the same in every table and in every run until all is
 * done: it is kept in an item of the dedup table, under a key that no order can have, and goes with
 * the last thing that held the customer's id.
 */
import { createHash, randomBytes } from "node:crypto";
import { DeleteItemCommand, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Stage } from "../stage-clients.ts";

const CONSUMER = "erase";

/** Not the id itself, since this is what is to be rid of it. */
const keyOf = (customerId: string) => ({
  orderId: { S: `#erase/${createHash("sha256").update(customerId).digest("hex")}` },
  consumer: { S: CONSUMER },
});

/** Of an erasure that was begun and is not done. */
export const readPseudonym = async (
  { dynamo, outputs }: Stage,
  customerId: string,
): Promise<string | undefined> => {
  const Key = keyOf(customerId);
  const command = new GetItemCommand({ TableName: outputs.DedupTable, Key, ConsistentRead: true });
  return (await dynamo.send(command)).Item?.pseudonym?.S;
};

/** Two that begin at once are given the same one. */
export const keepPseudonym = async (
  { dynamo, outputs }: Stage,
  customerId: string,
): Promise<string> => {
  const fresh = `erased-${randomBytes(10).toString("hex")}`;
  const { Attributes } = await dynamo.send(
    new UpdateItemCommand({
      TableName: outputs.DedupTable,
      Key: keyOf(customerId),
      UpdateExpression: "SET pseudonym = if_not_exists(pseudonym, :fresh)",
      ExpressionAttributeValues: { ":fresh": { S: fresh } },
      ReturnValues: "ALL_NEW",
    }),
  );
  return Attributes?.pseudonym?.S ?? fresh;
};

export const forgetPseudonym = async (
  { dynamo, outputs }: Stage,
  customerId: string,
): Promise<void> => {
  await dynamo.send(
    new DeleteItemCommand({ TableName: outputs.DedupTable, Key: keyOf(customerId) }),
  );
};
