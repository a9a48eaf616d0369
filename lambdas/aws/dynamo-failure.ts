import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import type { LedgerResult } from "../core/ports.ts";

type Trouble = Extract<LedgerResult, { kind: "busy" | "failed" }>;

/** Conflicts and throttles: nothing is wrong with the request, it only came at a bad time. */
export const BUSY: ReadonlySet<string> = new Set([
  "LimitExceededException",
  "TransactionConflict",
  "TransactionConflictException",
  "TransactionInProgressException",
  "ThrottlingError",
  "ThrottlingException",
  "ProvisionedThroughputExceeded",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
]);

/** The request itself can never succeed, such as a number added to a text. */
const SENDERS_FAULT = new Set([
  "ValidationError",
  "ValidationException",
  "ItemCollectionSizeLimitExceeded",
  "ItemCollectionSizeLimitExceededException",
]);

const troubleOf = (name: string, message: string): Trouble =>
  BUSY.has(name)
    ? { kind: "busy" }
    : { kind: "failed", retryable: !SENDERS_FAULT.has(name), error: { name, message } };

/** What an error of DynamoDB means for a write; conditions that failed are not looked at here. */
export const dynamoFailure = (error: unknown): Trouble => {
  if (error instanceof TransactionCanceledException) {
    const reasons = (error.CancellationReasons ?? []).filter(
      ({ Code }) => Code !== undefined && Code !== "None" && Code !== "ConditionalCheckFailed",
    );
    const worst = reasons.find(({ Code = "" }) => !BUSY.has(Code)) ?? reasons[0];
    return troubleOf(worst?.Code ?? error.name, worst?.Message ?? error.message);
  }
  if (error instanceof Error) return troubleOf(error.name, error.message);
  return troubleOf("Thrown", "a value that is no Error");
};
