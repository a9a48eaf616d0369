/**
 * Reads a function's answer to a batch as Lambda does: null, {} and an empty list are success;
 * an unknown, empty or missing identifier, or an answer of another shape, fails the whole batch.
 */
export type BatchOutcome =
  | { readonly kind: "succeeded" }
  | { readonly kind: "failed" }
  /** Never empty, and a part of the batch's identifiers. */
  | { readonly kind: "partly"; readonly failedIds: ReadonlySet<string> };

const parse = (payload: string): unknown => {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
};

const FAILED: BatchOutcome = { kind: "failed" };
const SUCCEEDED: BatchOutcome = { kind: "succeeded" };

export const readBatchResponse = (payload: string, ids: readonly string[]): BatchOutcome => {
  const answer = parse(payload);
  if (answer === null) return SUCCEEDED;
  if (typeof answer !== "object" || Array.isArray(answer)) return FAILED;
  const failures = (answer as { batchItemFailures?: unknown }).batchItemFailures ?? [];
  if (!Array.isArray(failures)) return FAILED;
  if (failures.length === 0) return SUCCEEDED;
  const known = new Set(ids);
  const failedIds = failures.map((failure) => failure?.itemIdentifier);
  if (!failedIds.every((id) => typeof id === "string" && known.has(id))) return FAILED;
  return { kind: "partly", failedIds: new Set(failedIds) };
};
