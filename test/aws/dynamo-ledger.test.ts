/** What only a scripted DynamoDB shows; the rest is in the ledger's contract. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb";
import { marshall } from "@aws-sdk/util-dynamodb";
import { describe, expect, it } from "vitest";
import { dynamoLedger } from "../../lambdas/aws/dynamo-ledger.ts";
import type { Adjust } from "../../lambdas/core/consumer.ts";
import { noBudget } from "../../lambdas/core/dead-letter-budget.ts";
import { newRow } from "../../lambdas/core/ledger-row.ts";
import { type Answer, scriptClient, serviceError } from "./script-client.ts";

const ledgerWith = (answer: Answer) => {
  const { client, asked } = scriptClient<DynamoDBClient>(answer);
  const place = { dedupTable: "dedup", consumer: "c", dataTables: { stock: "stock-table" } };
  return { ledger: dynamoLedger(client, place), asked };
};
const throwing = (error: Error): Answer => {
  return () => {
    throw error;
  };
};
const effect: Adjust = { kind: "adjust", table: "stock", key: { sku: "s" }, add: { count: 1 } };
const before = newRow("o1");
const after = { ...before, seq: 1, rev: 1, by: "me" };
const budget = { before: noBudget, after: { ...noBudget, rev: 1 } };
const cancelled = (...codes: (string | { Code: string; Item: object })[]) =>
  new TransactionCanceledException({
    message: "cancelled",
    $metadata: {},
    CancellationReasons: codes.map((code) =>
      typeof code === "string" ? { Code: code } : { Code: code.Code, Item: marshall(code.Item) },
    ),
  });

describe("a transaction of several orders", () => {
  const rows = ["o1", "o2"].map((orderId) => {
    const fresh = newRow(orderId);
    return { before: fresh, after: { ...fresh, seq: 1, rev: 1, by: "me" } };
  });

  it("is not sent with a number that is none, or a table that nobody declared; both are named", async () => {
    const { ledger, asked } = ledgerWith(() => ({}));
    const odd = { ...effect, add: { count: Number.NaN } };
    const nowhere = { ...effect, table: "nowhere" };
    expect(await ledger.commitTogether(rows, [effect, odd, nowhere])).toEqual({
      kind: "cancelled",
      rows: ["fine", "fine"],
      effects: ["fine", "invalid", "invalid"],
    });
    expect(asked).toEqual([]);
  });

  it("names by the reasons' order what cancelled it", async () => {
    const error = cancelled("None", "TransactionConflict", "ValidationError", "ThrottlingError");
    const { ledger } = ledgerWith(throwing(error));
    expect(await ledger.commitTogether(rows, [effect, effect])).toEqual({
      kind: "cancelled",
      rows: ["fine", "busy"],
      effects: ["invalid", "busy"],
    });
  });
});

describe("a write", () => {
  it("of the row alone is one PutItem, of anything more one transaction", async () => {
    const { ledger, asked } = ledgerWith(() => ({}));
    await ledger.commit({ before, after, effects: [] });
    await ledger.commit({ before, after, effects: [effect] });
    await ledger.commit({ before, after, effects: [], budget });
    expect(asked.map(({ name }) => name)).toEqual([
      "PutItemCommand",
      "TransactWriteItemsCommand",
      "TransactWriteItemsCommand",
    ]);
  });

  it("is conditional on the revision that was read", async () => {
    const { ledger, asked } = ledgerWith(() => ({}));
    await ledger.commit({ before, after, effects: [] });
    await ledger.commit({ before: { ...before, rev: 6 }, after, effects: [] });
    expect(asked.map(({ input }) => input)).toMatchObject([
      { ConditionExpression: "attribute_not_exists(orderId)" },
      { ConditionExpression: "rev = :rev", ExpressionAttributeValues: { ":rev": { N: "6" } } },
    ]);
  });
});

describe("what became of a write", () => {
  const committing = async (error: Error, effects: readonly Adjust[] = [effect], paid = false) =>
    ledgerWith(throwing(error)).ledger.commit({
      before,
      after,
      effects,
      ...(paid ? { budget } : {}),
    });
  const FAILED = "ConditionalCheckFailed";

  it("is committed when the item found is what this write left", async () => {
    const found = { orderId: "o1", consumer: "c", seq: 1, rev: 1 };
    const own = { Code: FAILED, Item: { ...found, by: "me" } };
    expect(await committing(cancelled(own, "None"))).toEqual({ kind: "committed" });
    const other = { Code: FAILED, Item: { ...found, by: "somebody" } };
    expect(await committing(cancelled(other, "None"))).toEqual({ kind: "changed", what: "row" });
    const single = new ConditionalCheckFailedException({ message: "", $metadata: {} });
    single.Item = marshall({ ...found, by: "me" });
    expect(await committing(single, [])).toEqual({ kind: "committed" });
  });

  it("is told of the row before the budget, and of the budget before an effect", async () => {
    const row = { kind: "changed", what: "row" };
    const ofBudget = { kind: "changed", what: "budget" };
    expect(await committing(cancelled(FAILED, FAILED, FAILED), [effect], true)).toEqual(row);
    expect(await committing(cancelled("None", FAILED, FAILED), [effect], true)).toEqual(ofBudget);
    expect(await committing(cancelled("None", FAILED, "None"), [effect], true)).toEqual({
      kind: "refused",
    });
  });

  it("is busy after a conflict or a throttle, wherever that was, and also beside a refusal", async () => {
    for (const reasons of [
      ["TransactionConflict", "None"],
      ["None", "ThrottlingError"],
      ["None", "ProvisionedThroughputExceeded"],
    ]) {
      expect(await committing(cancelled(...reasons))).toEqual({ kind: "busy" });
    }
    const both = cancelled("None", FAILED, "TransactionConflict");
    expect(await committing(both, [effect, effect])).toEqual({ kind: "busy" });
  });

  it("T19 is busy when the whole request was refused for its time", async () => {
    for (const name of [
      "TransactionInProgressException",
      "TransactionConflictException",
      "ThrottlingException",
      "ProvisionedThroughputExceededException",
      "RequestLimitExceeded",
    ]) {
      expect(await committing(serviceError(name))).toEqual({ kind: "busy" });
    }
  });

  it("is a failure for good when the request can never succeed", async () => {
    const good = { kind: "failed", retryable: false };
    expect(await committing(serviceError("ValidationException"))).toMatchObject(good);
    expect(await committing(cancelled("None", "ValidationError"))).toMatchObject(good);
    expect(await committing(cancelled("TransactionConflict", "ValidationError"))).toMatchObject(
      good,
    );
  });

  it("is a failure that may pass otherwise, and names what happened", async () => {
    for (const name of ["InternalServerError", "ResourceNotFoundException", "TimeoutError"]) {
      expect(await committing(serviceError(name))).toMatchObject({
        kind: "failed",
        retryable: true,
        error: { name },
      });
    }
  });
});

describe("reading", () => {
  const keysOf = (input: unknown): unknown[] =>
    (input as { RequestItems: { dedup: { Keys: unknown[] } } }).RequestItems.dedup.Keys;

  it("is strongly consistent", async () => {
    const { ledger, asked } = ledgerWith(() => ({ Responses: { dedup: [] } }));
    await ledger.read(["o1"]);
    expect(asked[0]!.input).toMatchObject({ RequestItems: { dedup: { ConsistentRead: true } } });
  });

  it("asks again for what was left unread, and for no more", async () => {
    const { ledger, asked } = ledgerWith(({ input }, call) => {
      const [first, ...others] = keysOf(input);
      const Item = marshall({ ...newRow(call === 1 ? "o1" : "o2"), seq: call, consumer: "c" });
      const Keys = first === undefined ? [] : others;
      return { Responses: { dedup: [Item] }, UnprocessedKeys: { dedup: { Keys } } };
    });
    const rows = await ledger.read(["o1", "o2"]);
    expect([...rows.values()].map(({ seq }) => seq)).toEqual([1, 2]);
    expect(asked.map(({ input }) => keysOf(input).length)).toEqual([2, 1]);
  });

  it("throws when rows stay unread, since nothing can be judged without them", async () => {
    const { ledger, asked } = ledgerWith(({ input }) => ({
      UnprocessedKeys: { dedup: { Keys: keysOf(input) } },
    }));
    await expect(ledger.read(["o1"])).rejects.toThrow("1 rows unread");
    expect(asked).toHaveLength(5);
  });
});
