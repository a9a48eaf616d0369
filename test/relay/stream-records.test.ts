import { marshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord } from "aws-lambda";
import { expect, test } from "vitest";
import { toRelayRecord } from "../../lambdas/aws/stream-records.ts";
import { orderAt } from "./relay-world.ts";

type Image = NonNullable<DynamoDBRecord["dynamodb"]>["NewImage"];
const image = (item: object): Image => marshall(item) as Image;
const base = { SequenceNumber: "100", Keys: { orderId: { S: "a" } } };

test("an insert has no old image, a change has both", () => {
  const NewImage = image(orderAt("a", 2));
  const insert = toRelayRecord({ eventName: "INSERT", dynamodb: { ...base, NewImage } });
  expect(insert).toEqual({
    kind: "written",
    recordId: "100",
    orderId: "a",
    newImage: orderAt("a", 2),
  });
  const OldImage = image(orderAt("a", 1));
  const change = toRelayRecord({ eventName: "MODIFY", dynamodb: { ...base, NewImage, OldImage } });
  expect(change).toMatchObject({ oldImage: orderAt("a", 1), newImage: orderAt("a", 2) });
});

test("T27 a delete is told apart from a write", () => {
  const record = { ...base, OldImage: image(orderAt("a", 1)) };
  expect(toRelayRecord({ eventName: "REMOVE", dynamodb: record }).kind).toBe("removed");
});

test("T24 an image that cannot be decoded is told and does not throw", () => {
  const NewImage = { orderId: { S: "a" }, version: { N: "12345678901234567890.5" } };
  const record = toRelayRecord({ eventName: "INSERT", dynamodb: { ...base, NewImage } });
  expect(record).toMatchObject({ kind: "written", newImage: null });
});
