import { type NativeAttributeValue, unmarshall } from "@aws-sdk/util-dynamodb";
import type { AttributeValue, DynamoDBRecord } from "aws-lambda";
import type { RelayRecord } from "../core/relay-entries.ts";

type Image = Record<string, AttributeValue>;

/** An image that cannot be decoded, such as one with a number beyond a double, is `null`. */
const decode = (image: Image): NativeAttributeValue => {
  try {
    return unmarshall(image as Parameters<typeof unmarshall>[0]);
  } catch {
    return null;
  }
};

/** A record of the orders table's stream, with both images (`NEW_AND_OLD_IMAGES`). */
export const toRelayRecord = ({ eventName, dynamodb = {} }: DynamoDBRecord): RelayRecord => {
  const recordId = dynamodb.SequenceNumber ?? "";
  // The table's key is a text; a record without it can only be told apart by its number.
  const orderId = dynamodb.Keys?.orderId?.S ?? `#record/${recordId}`;
  if (eventName === "REMOVE") return { kind: "removed", recordId, orderId };
  return {
    kind: "written",
    recordId,
    orderId,
    newImage: dynamodb.NewImage === undefined ? null : decode(dynamodb.NewImage),
    ...(dynamodb.OldImage === undefined ? {} : { oldImage: decode(dynamodb.OldImage) }),
  };
};
