import { unmarshall } from "@aws-sdk/util-dynamodb";
import { describe, expect, it } from "vitest";
import { adjustUpdate } from "../../lambdas/aws/adjust-update.ts";
import type { Adjust } from "../../lambdas/core/consumer.ts";

const update = (fields: Partial<Adjust>) =>
  adjustUpdate({ kind: "adjust", table: "t", key: { sku: "tea" }, add: {}, ...fields }, "physical");

describe("an adjust as an update", () => {
  it("adds to what is there or to its start, in the table of that name", () => {
    const { ExpressionAttributeValues, ...rest } = update({
      add: { available: -3, reserved: 3 },
      start: { available: 10 },
    });
    expect(rest).toEqual({
      TableName: "physical",
      Key: { sku: { S: "tea" } },
      UpdateExpression:
        "SET #a0 = if_not_exists(#a0, :start0) + :add0, #a1 = if_not_exists(#a1, :start1) + :add1",
      ExpressionAttributeNames: { "#a0": "available", "#a1": "reserved" },
    });
    expect(unmarshall(ExpressionAttributeValues!)).toEqual({
      ":start0": 10,
      ":add0": -3,
      ":start1": 0,
      ":add1": 3,
    });
  });

  it("turns a bound on the sum into one on what is there before", () => {
    const { ConditionExpression, ExpressionAttributeValues } = update({
      add: { available: -3 },
      floor: { available: 0 },
    });
    expect(ConditionExpression).toBe("#a0 >= :floor0");
    expect(unmarshall(ExpressionAttributeValues!)[":floor0"]).toBe(3);
  });

  it("lets an absent attribute through where its start fits the bound", () => {
    const bounds = { add: { orders: 1 }, ceiling: { orders: 5 }, floor: { orders: -1 } };
    expect(update(bounds).ConditionExpression).toBe(
      "(attribute_not_exists(#a0) OR #a0 >= :floor0) AND (attribute_not_exists(#a0) OR #a0 <= :ceiling0)",
    );
    const start = { orders: 5 };
    expect(update({ ...bounds, start }).ConditionExpression).toBe(
      "(attribute_not_exists(#a0) OR #a0 >= :floor0) AND #a0 <= :ceiling0",
    );
  });

  it("names attributes by place, so that DynamoDB's reserved words may be used", () => {
    const { UpdateExpression } = update({ add: { count: 1, size: 1 } });
    expect(UpdateExpression).not.toContain("count");
  });
});
