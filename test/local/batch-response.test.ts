import { expect, test } from "vitest";
import { readBatchResponse } from "../../local/batch-response.ts";

const read = (answer: unknown) => readBatchResponse(JSON.stringify(answer), ["a", "b"]);
const failures = (...ids: unknown[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

test.each([null, {}, { batchItemFailures: null }, { batchItemFailures: [] }])(
  "%j is success",
  (answer) => {
    expect(read(answer)).toEqual({ kind: "succeeded" });
  },
);

test.each([
  [failures("c")],
  [failures("a", "")],
  [failures(null)],
  [{ batchItemFailures: [{ id: "a" }] }],
  [{ batchItemFailures: [null] }],
  [{ batchItemFailures: "a" }],
  ["text"],
  [[]],
])("%j fails the whole batch", (answer) => {
  expect(read(answer)).toEqual({ kind: "failed" });
});

test("known identifiers fail alone", () => {
  expect(read(failures("b"))).toEqual({ kind: "partly", failedIds: new Set(["b"]) });
});
