import { type NativeAttributeValue, unmarshall } from "@aws-sdk/util-dynamodb";
import type { AttributeValue, DynamoDBRecord } from "aws-lambda";
import * as v from "valibot";
import { orderIdSchema } from "../core/order-event.ts";
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

/** Of an item that has no outbox, `undefined`: it is none of ours. */
const orderOf = (image: Image | undefined, outbox: string | undefined): unknown => {
  if (outbox === undefined) return image === undefined ? undefined : decode(image);
  const attribute = image?.[outbox];
  if (attribute === undefined) return undefined;
  return "M" in attribute && attribute.M !== undefined ? decode(attribute.M) : null;
};

const idOf = (order: unknown): string | undefined => {
  const read = v.safeParse(v.object({ orderId: orderIdSchema }), order);
  return read.success ? read.output.orderId : undefined;
};

/**
 * A record of the orders table's stream, with both images (`NEW_AND_OLD_IMAGES`). `outbox` names
 * the attribute that holds the order; without one the item itself is the order.
 */
export const toRelayRecord = (
  { eventName, dynamodb = {} }: DynamoDBRecord,
  outbox?: string,
): RelayRecord => {
  const recordId = dynamodb.SequenceNumber ?? "";
  const newImage = orderOf(dynamodb.NewImage, outbox);
  const oldImage = orderOf(dynamodb.OldImage, outbox);
  // In the bus's own table both are the key's.
  const key = dynamodb.Keys?.orderId?.S;
  const [newId, oldId] = outbox === undefined ? [key, key] : [idOf(newImage), idOf(oldImage)];
  // A record without an order's id can only be told apart by its number.
  const orderId = newId ?? oldId ?? `#record/${recordId}`;
  // A stream without new images is another thing than an item without an outbox: it must be told.
  const hasNoOutbox = dynamodb.NewImage !== undefined && newImage === undefined;
  if (eventName === "REMOVE" || hasNoOutbox) return { kind: "removed", recordId, orderId };
  // Of an item that was another order's, no version says what of this one was there before.
  const isAnothers = oldId !== undefined && newId !== undefined && oldId !== newId;
  return {
    kind: "written",
    recordId,
    orderId,
    newImage: newImage ?? null,
    ...(oldImage === undefined || isAnothers ? {} : { oldImage }),
  };
};
