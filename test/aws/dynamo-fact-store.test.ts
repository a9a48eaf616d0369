import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { dynamoFactStore } from "../../lambdas/aws/dynamo-fact-store.ts";
import type { Fact } from "../../lambdas/core/consumer.ts";
import { type Answer, scriptClient, serviceError } from "./script-client.ts";

type Requests = Record<string, unknown[]>;

const storeWith = (answer: Answer) => {
  const { client, asked } = scriptClient<DynamoDBClient>(answer);
  const requests = () =>
    asked.map(({ input }) => (input as { RequestItems: Requests }).RequestItems);
  return { store: dynamoFactStore(client, { facts: "facts-table" }), requests };
};
const facts = (count: number): Fact[] =>
  Array.from({ length: count }, (_, index) => ({
    kind: "fact",
    table: "facts",
    item: { day: "d", eventId: `e${index}` },
  }));
const sizes = (requests: Requests[]) => requests.map((request) => request["facts-table"]!.length);

describe("facts", () => {
  it("of a batch's orders are written in one request", async () => {
    const { store, requests } = storeWith(() => ({}));
    const results = await Promise.all([1, 1, 1].map((count) => store.put(facts(count))));
    expect(results).toEqual([1, 2, 3].map(() => ({ kind: "committed" })));
    expect(sizes(requests())).toEqual([3]);
  });

  it("go 25 to a request at most, and one asker's facts stay together", async () => {
    const { store, requests } = storeWith(() => ({}));
    await Promise.all([10, 10, 10, 25].map((count) => store.put(facts(count))));
    expect(sizes(requests())).toEqual([20, 10, 25]);
  });

  it("that come later go in a later request", async () => {
    const { store, requests } = storeWith(() => ({}));
    await store.put(facts(1));
    await store.put(facts(1));
    expect(sizes(requests())).toEqual([1, 1]);
  });

  it("left unprocessed are sent again, and are written when none is left", async () => {
    const { store, requests } = storeWith(({ input }, call) => {
      const { RequestItems } = input as { RequestItems: Requests };
      const left = RequestItems["facts-table"]!.slice(2);
      return call === 1 ? { UnprocessedItems: { "facts-table": left } } : {};
    });
    expect(await store.put(facts(3))).toEqual({ kind: "committed" });
    expect(sizes(requests())).toEqual([3, 1]);
  });

  it("that stay unprocessed are busy, and no fault", async () => {
    const { store } = storeWith(({ input }) => ({
      UnprocessedItems: (input as { RequestItems: Requests }).RequestItems,
    }));
    expect(await store.put(facts(1))).toEqual({ kind: "busy" });
  });

  it("throttled as a whole are busy for all who asked", async () => {
    const { store } = storeWith(() => {
      throw serviceError("ThrottlingException");
    });
    const results = await Promise.all([store.put(facts(1)), store.put(facts(1))]);
    expect(results).toEqual([{ kind: "busy" }, { kind: "busy" }]);
  });

  it("of one asker that cannot be written do not fail the others'", async () => {
    const { store, requests } = storeWith(({ input }) => {
      const text = JSON.stringify(input);
      if (text.includes("bad")) throw serviceError("ValidationException");
      return {};
    });
    const bad: Fact = { kind: "fact", table: "facts", item: { eventId: "bad" } };
    const results = await Promise.all([store.put(facts(1)), store.put([bad]), store.put(facts(2))]);
    expect(results).toMatchObject([
      { kind: "committed" },
      { kind: "failed", retryable: false },
      { kind: "committed" },
    ]);
    expect(sizes(requests())).toEqual([4, 1, 1, 2]);
  });
});
