/** The patrol's memory: one item of the dedup table, under a key that no order can have. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import * as v from "valibot";
import type { PatrolPorts } from "../core/patrol-orders.ts";
import { noPatrolState, type PatrolState } from "../core/patrol-state.ts";

/** No order id may contain `#`. The sort key is in the place of a consumer's name. */
export const PATROL_KEY = { orderId: "#patrol", consumer: "state" } as const;

const stateSchema = v.object({
  rev: v.number(),
  cursor: v.exactOptional(v.string()),
  round: v.number(),
  read: v.number(),
  lastRound: v.exactOptional(v.number()),
  behind: v.array(
    v.object({
      orderId: v.string(),
      consumer: v.string(),
      last: v.number(),
      lastEventAtMs: v.number(),
      settled: v.number(),
      next: v.number(),
      round: v.number(),
    }),
  ),
});

/** Nothing hangs on it: what another version of this code wrote is begun anew. */
const toState = (item: Record<string, unknown>): PatrolState => {
  const result = v.safeParse(stateSchema, item);
  if (result.success) return result.output;
  const rev = typeof item.rev === "number" ? item.rev : 0;
  return { ...noPatrolState, rev };
};

export const dynamoPatrolState = (
  client: Pick<DynamoDBClient, "send">,
  TableName: string,
): Pick<PatrolPorts, "readState" | "writeState"> => ({
  readState: async () => {
    const Key = marshall(PATROL_KEY);
    const { Item } = await client.send(
      new GetItemCommand({ TableName, Key, ConsistentRead: true }),
    );
    return Item === undefined ? noPatrolState : toState(unmarshall(Item));
  },
  writeState: async (state) => {
    const put = {
      TableName,
      Item: marshall({ ...state, ...PATROL_KEY }),
      ConditionExpression: "attribute_not_exists(rev) OR rev = :before",
      ExpressionAttributeValues: marshall({ ":before": state.rev - 1 }),
    };
    try {
      await client.send(new PutItemCommand(put));
      return "written";
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return "changed";
      throw error;
    }
  },
});
