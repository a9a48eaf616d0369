/** The admission state as its writers need it: the function that decides, and operators. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import type { AdmissionStore } from "../core/ports.ts";
import { ADMISSION_KEY, readAdmissionState } from "./read-admission-state.ts";

const condition = (rev: number) =>
  rev === 1
    ? { ConditionExpression: "attribute_not_exists(orderId)" }
    : {
        ConditionExpression: "rev = :before",
        ExpressionAttributeValues: marshall({ ":before": rev - 1 }),
      };

export const dynamoAdmissionStore = (
  client: Pick<DynamoDBClient, "send">,
  tableName: string,
): AdmissionStore => ({
  read: () => readAdmissionState(client, tableName),
  write: async (state) => {
    const Item = marshall({ ...state, ...ADMISSION_KEY });
    const put = { TableName: tableName, Item, ...condition(state.rev) };
    try {
      await client.send(new PutItemCommand(put));
      return "written";
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return "changed";
      throw error;
    }
  },
});
