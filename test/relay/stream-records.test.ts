import { marshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord } from "aws-lambda";
import { describe, expect, test } from "vitest";
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

describe("a record of a table of the user's own", () => {
  const own = { SequenceNumber: "100", Keys: { pk: { S: "ORDER#a" }, sk: { S: "HEAD" } } };
  const item = (order?: object): Image =>
    image({ pk: "ORDER#a", weight: 1, ...(order === undefined ? {} : { outbox: order }) });
  const changed = (dynamodb: object) =>
    toRelayRecord({ eventName: "MODIFY", dynamodb: { ...own, ...dynamodb } }, "outbox");

  test("is of the order in its outbox, and of nothing else of the item", () => {
    const images = { OldImage: item(orderAt("a", 1)), NewImage: item(orderAt("a", 2)) };
    expect(changed(images)).toEqual({
      ...{ kind: "written", recordId: "100", orderId: "a" },
      ...{ oldImage: orderAt("a", 1), newImage: orderAt("a", 2) },
    });
  });

  test("has no old order where the item was there before its outbox", () => {
    const record = changed({ OldImage: item(), NewImage: item(orderAt("a", 1)) });
    expect(record).toEqual({
      ...{ kind: "written", recordId: "100", orderId: "a", newImage: orderAt("a", 1) },
    });
  });

  test("has nothing to publish where the item is no order, or is one no longer", () => {
    expect(changed({ OldImage: item(), NewImage: item() }).kind).toBe("removed");
    expect(changed({ OldImage: item(orderAt("a", 1)), NewImage: item() })).toEqual({
      ...{ kind: "removed", recordId: "100", orderId: "a" },
    });
  });

  test("is told where the stream has no new images, and not taken for no order", () => {
    for (const images of [{}, { OldImage: item(orderAt("a", 1)) }]) {
      expect(changed(images)).toMatchObject({ kind: "written", newImage: null });
    }
  });

  test("has no old order where the item was another order's", () => {
    const record = changed({ OldImage: item(orderAt("b", 3)), NewImage: item(orderAt("a", 1)) });
    expect(record).toEqual({
      ...{ kind: "written", recordId: "100", orderId: "a", newImage: orderAt("a", 1) },
    });
  });

  test("is told when its outbox is none, by an id that is no stranger's text", () => {
    const faulty = { orderId: "Ann Lee, 5 Main Street", version: 1 };
    for (const outbox of [faulty, { ...faulty, orderId: undefined }]) {
      const NewImage = item(JSON.parse(JSON.stringify(outbox)));
      expect(changed({ NewImage })).toMatchObject({ kind: "written", orderId: "#record/100" });
    }
    const NewImage = { ...item(), outbox: { S: "text" } };
    expect(changed({ NewImage })).toMatchObject({ kind: "written", newImage: null });
  });

  test("is read past what of the item cannot be decoded, outside of its outbox", () => {
    const NewImage = { ...item(orderAt("a", 1)), weight: { N: "12345678901234567890.5" } };
    expect(changed({ NewImage })).toMatchObject({ orderId: "a", newImage: orderAt("a", 1) });
  });
});
