/** A stream record in the JSON that Lambda hands to a function. */
import type { _Record as StreamRecord } from "@aws-sdk/client-dynamodb-streams";
import { REGION } from "./aws-clients.ts";

export const sequenceNumberOf = (record: StreamRecord): string =>
  record.dynamodb?.SequenceNumber ?? "";

/** Binary attribute values become base64 text, as in any JSON. */
const plain = (value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
};

export const lambdaStreamRecord = (record: StreamRecord, streamArn: string) => {
  const { Keys, NewImage, OldImage, ApproximateCreationDateTime, ...rest } = record.dynamodb ?? {};
  const { PrincipalId, Type } = record.userIdentity ?? {};
  return {
    eventID: record.eventID,
    eventName: record.eventName,
    eventVersion: record.eventVersion,
    eventSource: "aws:dynamodb",
    awsRegion: REGION,
    dynamodb: {
      ApproximateCreationDateTime: (ApproximateCreationDateTime?.getTime() ?? 0) / 1000,
      Keys: plain(Keys),
      ...(NewImage ? { NewImage: plain(NewImage) } : {}),
      ...(OldImage ? { OldImage: plain(OldImage) } : {}),
      ...rest,
    },
    ...(record.userIdentity ? { userIdentity: { principalId: PrincipalId, type: Type } } : {}),
    eventSourceARN: streamArn,
  };
};
